// What the example's screens use of Apple's SwiftUI, in its names and types, so that they are type-checked where that is not.
// It draws nothing. No product holds it: the manifest knows it with HEREABOUTS_STAND_INS=1 alone.

@_exported import Foundation

// MARK: An app and its state

@MainActor public protocol App {
    associatedtype Body: Scene
    @SceneBuilder var body: Body { get }
    init()
}

extension App {
    public static func main() { _ = Self().body }
}

@MainActor public protocol Scene {}

@resultBuilder public enum SceneBuilder {
    public static func buildBlock<Content: Scene>(_ content: Content) -> Content { content }
}

public struct WindowGroup<Content: View>: Scene {
    public init(@ViewBuilder content: () -> Content) { _ = content() }
}

public enum ScenePhase: Comparable, Sendable { case background, inactive, active }

public struct EnvironmentValues { public var scenePhase: ScenePhase { .active } }

public protocol ObservableObject: AnyObject {}

@propertyWrapper public struct Published<Value> {
    public var wrappedValue: Value

    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

@MainActor @propertyWrapper public struct StateObject<Value: ObservableObject> {
    private let make: () -> Value
    public var wrappedValue: Value { make() }

    public init(wrappedValue make: @autoclosure @escaping () -> Value) { self.make = make }
}

@MainActor @propertyWrapper public struct EnvironmentObject<Value: ObservableObject> {
    public var wrappedValue: Value { fatalError("the stand-in draws nothing") }

    public init() {}
}

@MainActor @propertyWrapper public struct Environment<Value> {
    public let wrappedValue: Value

    public init(_ path: KeyPath<EnvironmentValues, Value>) { wrappedValue = EnvironmentValues()[keyPath: path] }
}

@MainActor @propertyWrapper public struct State<Value> {
    public var wrappedValue: Value { get { value } nonmutating set {} }
    public var projectedValue: Binding<Value> { Binding(get: { wrappedValue }, set: { _ in }) }
    private let value: Value

    public init(wrappedValue: Value) { value = wrappedValue }
}

@MainActor public struct Binding<Value> {
    public init(get: @escaping @MainActor () -> Value, set: @escaping @MainActor (Value) -> Void) {}
}

// MARK: Views

@MainActor public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}

extension Never: View { public var body: Never { fatalError("there is none") } }

/// A view of the system's.
public protocol Primitive: View where Body == Never {}

extension Primitive { public var body: Never { fatalError("the stand-in draws nothing") } }

public struct Empty: Primitive {}

public struct Either<First: View, Second: View>: Primitive {}

extension Optional: View where Wrapped: View { public var body: Never { fatalError("the stand-in draws nothing") } }

@resultBuilder public enum ViewBuilder {
    public static func buildBlock() -> Empty { Empty() }
    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: View>(_ content: repeat each Content) -> Empty { Empty() }
    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }
    public static func buildEither<First: View, Second: View>(first: First) -> Either<First, Second> { Either() }
    public static func buildEither<First: View, Second: View>(second: Second) -> Either<First, Second> { Either() }
}

public struct Text: Primitive {
    public init(_ text: some StringProtocol) {}
    public init<Format: FormatStyle>(_ input: Format.FormatInput, format: Format) where Format.FormatOutput == String {}
    public func font(_ font: Font?) -> Text { self }
}

public struct Label: Primitive { public init(_ title: String, systemImage: String) {} }

public struct Spacer: Primitive { public init() {} }

public struct LabeledContent: Primitive { public init(_ title: String, value: some StringProtocol) {} }

public struct TextField: Primitive { public init(_ title: String, text: Binding<String>) {} }

public struct ButtonRole: Sendable { public static let destructive = ButtonRole() }

public struct Button: Primitive {
    public init(_ title: String, action: @escaping @MainActor () -> Void) {}
    public init(_ title: String, role: ButtonRole?, action: @escaping @MainActor () -> Void) {}
}

public struct VStack: Primitive {
    public init(alignment: HorizontalAlignment = .center, @ViewBuilder content: () -> some View) { _ = content() }
}

public struct HStack: Primitive { public init(@ViewBuilder content: () -> some View) { _ = content() } }

public struct TabView: Primitive { public init(@ViewBuilder content: () -> some View) { _ = content() } }

public struct Section: Primitive { public init(_ title: String, @ViewBuilder content: () -> some View) { _ = content() } }

public struct List: Primitive {
    public init(@ViewBuilder content: () -> some View) { _ = content() }
    public init<Data: RandomAccessCollection>(_ data: Data, @ViewBuilder row: @escaping (Data.Element) -> some View)
    where Data.Element: Identifiable {}
    public init<Data: RandomAccessCollection, ID: Hashable>(
        _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder row: @escaping (Data.Element) -> some View
    ) {}
}

public struct ForEach: Primitive {
    public init<Data: RandomAccessCollection, ID: Hashable>(
        _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> some View
    ) {}
}

public struct Picker: Primitive {
    public init(_ title: String, selection: Binding<some Hashable>, @ViewBuilder content: () -> some View) { _ = content() }
}

public struct Canvas: Primitive { public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {} }

// MARK: What they look like

public enum HorizontalAlignment: Sendable { case leading, center, trailing }

public enum VerticalEdge: Sendable { case top, bottom }

public struct Font: Sendable {
    public static let caption = Font()
    public static let footnote = Font()
}

public protocol ShapeStyle: Sendable {}

public struct Color: ShapeStyle {
    public static let blue = Color()
    public static let red = Color()
    public static let yellow = Color()
    public func opacity(_ opacity: Double) -> Color { self }
}

public struct HierarchicalShapeStyle: ShapeStyle {}

extension ShapeStyle where Self == Color { public static var yellow: Color { Color() } }

extension ShapeStyle where Self == HierarchicalShapeStyle { public static var secondary: HierarchicalShapeStyle { .init() } }

public struct Path: Sendable { public init(ellipseIn rectangle: CGRect) {} }

public struct GraphicsContext {
    public struct Shading: Sendable { public static func color(_ color: Color) -> Shading { Shading() } }

    public func fill(_ path: Path, with shading: Shading) {}
    public func stroke(_ path: Path, with shading: Shading) {}
    @MainActor public func draw(_ text: Text, at point: CGPoint) {}
}

extension View {
    public func accessibilityLabel(_ label: String) -> some View { self }
    public func background(_ style: some ShapeStyle) -> some View { self }
    public func disabled(_ isDisabled: Bool) -> some View { self }
    public func environmentObject(_ object: some ObservableObject) -> some View { self }
    public func font(_ font: Font?) -> some View { self }
    public func foregroundStyle(_ style: some ShapeStyle) -> some View { self }
    public func frame(maxWidth: CGFloat? = nil, maxHeight: CGFloat? = nil) -> some View { self }
    public func padding(_ length: CGFloat) -> some View { self }
    public func safeAreaInset(edge: VerticalEdge, @ViewBuilder content: () -> some View) -> some View { self }
    public func tabItem(@ViewBuilder _ label: () -> some View) -> some View { self }
    public func tag(_ tag: some Hashable) -> some View { self }
    public func task(_ action: @escaping @Sendable @MainActor () async -> Void) -> some View { self }
    public func task(id: some Equatable, _ action: @escaping @Sendable @MainActor () async -> Void) -> some View { self }
}
