//! What every reader makes of files from the wild, and of bytes that no one wrote.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::*;

/// What a reading came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    good: u64,
    flaws: BTreeMap<String, u64>,
    error: Option<String>,
}

fn tally(bytes: impl io::Read + 'static, format: Option<Format>) -> Tally {
    tally_in(Declared::Wgs84, bytes, format)
}

fn tally_in(datum: Declared, bytes: impl io::Read + 'static, format: Option<Format>) -> Tally {
    let options = Options { datum, ..Options::default() };
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut tally = Tally::default();
    let read = read(Source::new(bytes), format, &options, &mut |number, record| {
        assert_eq!(number, tally.good + tally.flaws.values().sum::<u64>() + 1, "records are numbered one by one");
        match record.and_then(|record| record.fix(now)) {
            Ok(_) => tally.good += 1,
            Err(flaw) => *tally.flaws.entry(flaw.to_string()).or_default() += 1,
        }
        ControlFlow::Continue(())
    });
    tally.error = read.err().map(|error| error.to_string());
    tally
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wild")
}

/// One line for each file: how many records are good, in how many the receiver had no position, how many are malformed,
/// and a part of the error that ends the reading.
const EXPECTED: &str = include_str!("../../../../tests/data/wild/expected.csv");

#[test]
fn every_file_from_the_wild_gives_its_records_or_a_clear_message() {
    let mut seen = 0;
    let mut differ = Vec::new();
    for line in EXPECTED.lines().skip(1) {
        let (name, error) = (line.split(',').next().unwrap(), line.rsplit(',').next().unwrap());
        let path = data().join(name);
        let tally = tally(std::fs::File::open(&path).unwrap(), Format::of_name(&path));
        let without = tally.flaws.get(&Flaw::NoPosition.to_string()).copied().unwrap_or_default();
        let malformed = tally.flaws.values().sum::<u64>() - without;
        let as_said = match &tally.error {
            Some(message) => !error.is_empty() && message.contains(error),
            None => error.is_empty(),
        };
        if !as_said || line != format!("{name},{},{without},{malformed},{error}", tally.good) {
            differ.push((line, tally));
        }
        seen += 1;
    }
    assert!(differ.is_empty(), "{differ:#?}");
    let folders = std::fs::read_dir(data()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let licences = ["LICENSE", "LICENSE.txt", "LICENSE-MIT", "LICENSE-APACHE", "COPYING"];
    let there = files.filter(|path| !licences.contains(&path.file_name().unwrap().to_str().unwrap())).count();
    assert_eq!(seen, there, "every file is in the table");
}

fn tally_text(text: &'static str) -> Tally {
    tally(text.as_bytes(), None)
}

#[test]
fn a_checksum_is_no_proof_of_a_fix() {
    let tally = tally_text("$GPRMC,000000.00,A,0.000,N,0.000,E,0.0,0.0,050505,0.0,E*6D\r\n");
    assert_eq!((tally.good, tally.error), (0, None));
    assert_eq!(tally.flaws, BTreeMap::from([(Flaw::NoPosition.to_string(), 1)]));
}

#[test]
fn a_sentence_with_a_wrong_or_missing_checksum_is_malformed() {
    let good = "$GPRMC,082804.683,A,5205.4410,N,00507.2840,E,7.34,86.92,200624,,*00";
    let sum = good[1..good.len() - 3].bytes().fold(0, |sum, byte| sum ^ byte);
    let good = good.replace("*00", &format!("*{sum:02X}"));
    for (text, expected) in [
        (good.clone(), (1, 0)),
        (good.replace("5205", "5305"), (0, 1)),
        (good.split('*').next().unwrap().to_owned(), (0, 1)),
        (format!("\u{1}\u{2}{good}\n"), (1, 0)),
        (good.replace("GPRMC", "PGRMC"), (0, 0)),
    ] {
        let tally = tally(io::Cursor::new(text.clone()), Some(Format::Nmea));
        assert_eq!((tally.good, tally.flaws.values().sum::<u64>()), expected, "{text}");
    }
}

/// Sentences with their checksums.
fn nmea(sentences: &[&str]) -> io::Cursor<String> {
    let sentence = |text: &&str| format!("${text}*{:02X}\r\n", text.bytes().fold(0, |sum, byte| sum ^ byte));
    io::Cursor::new(sentences.iter().map(sentence).collect())
}

#[test]
fn a_receiver_that_names_another_datum_is_not_read_as_wgs_84() {
    let rmc = |second: u8| format!("GPRMC,0828{second:02}.000,A,5205.4410,N,00507.2840,E,7.34,86.92,200624,,");
    let (one, two, three) = (rmc(1), rmc(2), rmc(3));
    let foreign = Flaw::ForeignDatum.to_string();
    for (other, same) in [
        ("GPDTM,P90,,0.0012,N,0.0003,E,1.2,W84", "GPDTM,W84,,0.0,N,0.0,E,0.0,W84"),
        ("GPDTM,999,,0.0,N,0.0,E,0.0,W84", "GNDTM,W84,C"),
        ("GPDTM,,,,,,,,", "GPDTM,W84,,,,,,,W84"),
        ("PGRMM,NAD27 CONUS", "PGRMM,WGS 84"),
    ] {
        for (sentences, good, refused) in [
            (vec![same, &one, &two], 2, 0),
            (vec![other, &one, &two], 0, 2),
            (vec![same, &one, other, &two, same, &three], 1, 2),
            // Said in the middle of a moment, it holds for the whole of it.
            (vec![&one, other], 0, 1),
            (vec![other, &one, same, &two], 1, 1),
        ] {
            let tally = tally(nmea(&sentences), Some(Format::Nmea));
            let flaws = tally.flaws.get(&foreign).copied().unwrap_or_default();
            assert_eq!((tally.good, flaws), (good, refused), "{sentences:?}");
        }
    }
    let mut broken = nmea(&["GPDTM,W84,,0.0,N,0.0,E,0.0,W84", &one]).into_inner();
    broken = broken.replace("W84,,", "W85,,");
    assert_eq!(
        tally(io::Cursor::new(broken), Some(Format::Nmea)).good,
        0,
        "a broken sentence could have said anything"
    );
}

#[test]
fn geojson_in_another_system_is_not_read_as_wgs_84() {
    let point = r#"{"type":"Feature",CRS"geometry":{"type":"Point","coordinates":[5,52]},"properties":{"time":"2024-06-20T09:00:00Z"}}"#;
    let plain = point.replace("CRS", "");
    let named = |name: &str| format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    for (crs, is_read) in [
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), true),
        (named("EPSG:4326"), true),
        (named("urn:ogc:def:crs:EPSG::4490"), false),
        (named("EPSG:28992"), false),
        (r#""crs":null"#.to_owned(), false),
        (r#""crs":{"type":"link","properties":{"href":"http://example.com/crs/42"}}"#.to_owned(), false),
        (r#""crs":"EPSG:4326""#.to_owned(), false),
    ] {
        let before = format!(r#"{{"type":"FeatureCollection",{crs},"features":[{plain}]}}"#);
        let after = format!(r#"{{"type":"FeatureCollection","features":[{plain}],{crs}}}"#);
        let alone = point.replace("CRS", &format!("{crs},"));
        for (text, good) in [(before, 0), (after, 1), (alone, 0)] {
            let tally = tally(io::Cursor::new(text.clone()), Some(Format::Geojson));
            if is_read {
                assert_eq!(tally, Tally { good: 1, ..Tally::default() }, "{text}");
            } else {
                assert_eq!(tally.good, good, "{text}");
                assert!(tally.error.unwrap().contains("another coordinate reference system"), "{text}");
            }
        }
        let inner =
            format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, point.replace("CRS", &format!("{crs},")));
        let tally = tally(io::Cursor::new(inner), Some(Format::Geojson));
        assert_eq!((tally.good, tally.flaws.len()), if is_read { (1, 0) } else { (0, 1) }, "{crs}");
    }
}

#[test]
fn a_declared_datum_is_converted_before_anything_else() {
    let text =
        "lat,lon,time\n39.91640428150164,116.41024449916938,2024-06-20T09:00:00Z\n30,72.006,2024-06-20T09:00:01Z\n";
    let options = Options { datum: Declared::Gcj02, ..Options::default() };
    let mut places = Vec::new();
    read(Source::new(text.as_bytes()), None, &options, &mut |_, record| {
        places.push(record.map(|record| (record.latitude_deg, record.longitude_deg)));
        ControlFlow::Continue(())
    })
    .unwrap();
    let (latitude_deg, longitude_deg) = places[0].unwrap();
    assert!((latitude_deg - 39.915).abs() < 1e-11 && (longitude_deg - 116.404).abs() < 1e-11);
    assert_eq!(places[1], Err(Flaw::Fix(FixError::Ambiguous { datum: "GCJ-02" })));
    assert_eq!(tally_in(Declared::Bd09, text.as_bytes(), None).good, 1);
}

#[test]
fn blanks_and_a_byte_order_mark_before_the_declaration_are_passed_over() {
    for blanks in ["", "          ", "\u{feff}", "\u{feff}\n \t", "\n\n"] {
        let text = format!(
            "{blanks}<?xml version='1.0'?><gpx><trk><trkseg><trkpt lat='52' lon='5'><time>2024-06-20T09:00:00Z</time>\
             </trkpt></trkseg></trk></gpx>"
        );
        for format in [None, Some(Format::Gpx)] {
            assert_eq!(tally(io::Cursor::new(text.clone()), format), Tally { good: 1, ..Tally::default() }, "{text}");
        }
    }
}

#[test]
fn an_entity_bomb_is_harmless() {
    let text = "<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                <gpx><trk><trkseg><trkpt lat='52' lon='5'><time>&b;2024-06-20T09:00:0&#48;Z</time></trkpt></trkseg></trk></gpx>";
    assert_eq!(tally_text(text).good, 1);
}

#[test]
fn what_stood_before_broken_xml_is_read() {
    let text =
        "<gpx><trk><trkseg><trkpt lat='52' lon='5'><time>2024-06-20T09:00:00Z</time></trkpt><trkpt lat='5</trkseg>";
    let tally = tally_text(text);
    assert_eq!(tally.good, 1);
    assert!(tally.error.unwrap().contains("what stood before it was read"));
}

#[test]
fn waypoints_are_read_where_there_is_no_track_and_routes_never() {
    let point = |tag: &str| format!("<{tag} lat='52' lon='5'><time>2024-06-20T09:00:00Z</time></{tag}>");
    let file = |parts: &[&str]| io::Cursor::new(format!("<gpx>{}</gpx>", parts.concat()));
    let (waypoint, track, route) = (point("wpt"), point("trkpt"), point("rtept"));
    assert_eq!(tally(file(&[&waypoint, &waypoint]), None).good, 2);
    assert_eq!(tally(file(&[&waypoint, &waypoint, &track]), None).good, 1);
    assert_eq!(tally(file(&[&track, &waypoint]), None).good, 1);
    assert_eq!(tally(file(&[&route]), None).good, 0);
}

#[test]
fn csv_headers_are_known_in_many_spellings() {
    for text in [
        "latitude,longitude,timestamp\n52.1,5.1,2024-06-20T09:00:00Z\n",
        "\u{feff}LAT;LON;Time\r\n52.1;5.1;1718874000\r\n",
        "id\tX\tY\tdate\n1\t5.1\t52.1\t2024-06-20 09:00:00Z\n",
        "\"Latitude\", \"Lng\" , datetime , speed\n52.1, 5.1 ,2024-06-20T09:00:00Z,-1\n",
    ] {
        assert_eq!(tally_text(text), Tally { good: 1, ..Tally::default() }, "{text}");
    }
    let error = tally(&b"a,b,timestamp\n1,2,3\n"[..], Some(Format::Csv)).error.unwrap();
    assert_eq!(error, "the header has no latitude column: name it with --latitude-column");
}

#[test]
fn a_quote_anywhere_is_understood_and_rows_stay_numbered() {
    let rows = "lat,lon,time,note\n52,5,2024-06-20T09:00:00Z,plain\n\n52,5,2024-06-20T09:00:01Z,\"two\nlines, quoted\"\r\n\
                52,5,2024-06-20T09:00:02Z\n\"52\",5,soon,\"\"\n";
    let tally = tally_text(rows);
    assert_eq!((tally.good, tally.flaws), (3, BTreeMap::from([(Flaw::NotATime.to_string(), 1)])));
    let old_mac = "lat,lon,time\r52,5,2024-06-20T09:00:00Z\r52,5,2024-06-20T09:00:01Z\r";
    assert_eq!(tally_text(old_mac), Tally { good: 2, ..Tally::default() });
}

#[test]
fn a_csv_row_without_place_or_time_is_malformed_and_never_now() {
    let rows = "lat,lon,time\n,,2024-06-20T09:00:00Z\n52,5,\n52,5\n52,5,soon\n52,x,2024-06-20T09:00:00Z\n\
                95,5,2024-06-20T09:00:00Z\nNaN,5,2024-06-20T09:00:00Z\n52,5,2024-06-20T09:00:00Z\n";
    let tally = tally_text(rows);
    assert_eq!((tally.good, tally.flaws.values().sum::<u64>()), (1, 7), "{tally:?}");
}

#[test]
fn geojson_takes_times_from_properties_and_coordtimes() {
    let point = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[5,52]},"properties":{"time":"2024-06-20T09:00:00Z"}}"#;
    let line = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[5,52,3],[5,53]]},
        "properties":{"coordTimes":["2024-06-20T09:00:00Z","2024-06-20T09:01:00Z"]}}"#;
    let nested = line.replace(r#"{"coordTimes":"#, r#"{"coordinateProperties":{"times":"#).replace("]}}", "]}}}");
    let collection = format!(r#"{{"features":[{point},{line},{{"no":1}}],"type":"FeatureCollection","bbox":[1]}}"#);
    for (text, good, malformed) in [
        (point.to_owned(), 1, 0),
        (format!("{point}\n{point}\n"), 2, 0),
        (line.to_owned(), 2, 0),
        (nested, 2, 0),
        (line.replace(r#","2024-06-20T09:01:00Z""#, ""), 0, 1),
        (collection, 3, 1),
    ] {
        let tally = tally(io::Cursor::new(text.clone()), None);
        assert_eq!((tally.good, tally.flaws.values().sum::<u64>(), &tally.error), (good, malformed, &None), "{text}");
    }
}

#[test]
fn json_lines_are_read_in_the_spellings_of_phones_and_takeouts() {
    let text = "{\"lat\":52.1,\"lon\":5.1,\"time\":\"2024-06-20T09:00:00Z\"}\n\n\
                {\"latitudeE7\":521000000,\"longitudeE7\":51000000,\"timestampMs\":\"1718874000000\",\"accuracy\":20}\n\
                {\"latitude\":\"52.1\",\"longitude\":5.1,\"timestamp\":1718874000.5,\"speed\":-1}\n\
                {\"latitude\":52.1,\"longitude\":5.1}\n[1,2]\nnonsense\n";
    let tally = tally(text.as_bytes(), Some(Format::Jsonl));
    assert_eq!((tally.good, tally.flaws.values().sum::<u64>(), tally.error), (3, 3, None));
}

#[test]
fn a_record_that_never_ends_is_an_error_and_not_memory() {
    let endless = |start: &'static str| start.as_bytes().chain(io::repeat(b'x'));
    for (start, format) in
        [("lat,lon,time\n\"", Format::Csv), ("<gpx><a>", Format::Gpx), ("{\"type\":\"", Format::Geojson)]
    {
        let error = tally(endless(start), Some(format)).error.unwrap();
        assert_eq!(error, "one record of the input is longer than 16 MiB", "{start}");
    }
}

#[test]
fn utf_16_and_emptiness_are_said() {
    assert!(tally(&b"\xff\xfe<\0?\0"[..], None).error.unwrap().contains("UTF-16"));
    assert_eq!(tally_text("").error.unwrap(), "the input is empty");
    assert_eq!(tally(&b" \n"[..], Some(Format::Csv)).error.unwrap(), "the input is empty");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Bytes of a good file, some of them changed, taken out or doubled: never a panic, and no message that holds a
    /// number of the input. (Five digits: a record number or a byte offset of a file this short has fewer.)
    #[test]
    fn broken_bytes_never_panic_and_are_never_quoted(
        file in 0..SAMPLES.len(),
        changes in proptest::collection::vec((0..4_u8, proptest::prelude::any::<proptest::sample::Index>(), proptest::prelude::any::<u8>()), 1..12),
    ) {
        let (name, format) = SAMPLES[file];
        let mut bytes = std::fs::read(data().join(name)).unwrap();
        bytes.truncate(6000);
        for (change, index, byte) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(50)),
            }
        }
        let numbers: Vec<Vec<u8>> = digit_runs(&bytes);
        for format in [Some(format), None] {
            let tally = tally(io::Cursor::new(bytes.clone()), format);
            for message in tally.flaws.keys().chain(&tally.error) {
                for run in digit_runs(message.as_bytes()) {
                    proptest::prop_assert!(!numbers.contains(&run), "{}", message);
                }
            }
        }
    }
}

const SAMPLES: [(&str, Format); 9] = [
    ("gpxpy/gpx1.1_with_all_fields.gpx", Format::Gpx),
    ("togeojson/run_gpxtpx.gpx", Format::Gpx),
    ("togeojson/bad.gpx", Format::Gpx),
    ("geojsonhint/good-featurecollection-extensions.geojson", Format::Geojson),
    ("geojsonhint/issue82.geojson", Format::Geojson),
    ("gpsd/sl869.log", Format::Nmea),
    ("gpsd/rst39.log", Format::Nmea),
    ("made/walk.csv", Format::Csv),
    ("made/walk.jsonl", Format::Jsonl),
];

fn digit_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split(|byte| !byte.is_ascii_digit()).filter(|run| run.len() >= 5).map(<[u8]>::to_vec).collect()
}
