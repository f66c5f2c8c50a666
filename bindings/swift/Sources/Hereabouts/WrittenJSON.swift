import Foundation

/// JSON that Rust wrote, to be encoded as it is: what a value is in Swift's encoders cannot differ from what is sent.
enum WrittenJSON: Codable {
    case null, bool(Bool), whole(Int64), number(Double), text(String), list([WrittenJSON]), table([String: WrittenJSON])

    init(_ text: String) throws { self = try JSONDecoder().decode(WrittenJSON.self, from: Data(text.utf8)) }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let whole = try? value.decode(Int64.self) {
            self = .whole(whole)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([WrittenJSON].self) {
            self = .list(list)
        } else {
            self = .table(try value.decode([String: WrittenJSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .whole(let whole): try value.encode(whole)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .table(let table): try value.encode(table)
        }
    }
}
