//! What `--datum` declares.

use crate::folder::*;

/// A place in Beijing, in WGS 84 (39.915, 116.404) and in the two others, as others publish it.
const BEIJING: [(&str, &str, &str); 3] = [
    ("wgs84", "39.915", "116.404"),
    ("gcj02", "39.91640428150164", "116.41024449916938"),
    ("bd09", "39.922699552", "116.416627244"),
];

#[test]
fn a_sample_is_drawn_around_the_place_that_the_datum_names() {
    let folder = Folder::new();
    for (datum, lat, lon) in BEIJING {
        let place = ["sample", "--lat", lat, "--lon", lon, "--datum", datum];
        let sample = folder.run(&[&place[..], &["--epsilon", "10", "--radius", "100", "-n", "400"]].concat(), "");
        // The scale is 10 m, so the mean of 400 draws has a standard deviation of 0.9 m in either coordinate; the datums are
        // hundreds of metres apart. Twenty metres are 22 standard deviations.
        let (mut north, mut east) = (0.0, 0.0);
        for line in out(&sample).lines() {
            let (lat, lon) = line.split_once(' ').unwrap();
            north += (lat.parse::<f64>().unwrap() - 39.915) * 111_000.0 / 400.0;
            east += (lon.parse::<f64>().unwrap() - 116.404) * 85_000.0 / 400.0;
        }
        assert!(f64::hypot(north, east) < 20.0, "{datum}: {north} {east} {}", err(&sample));
    }
}

#[test]
fn a_position_that_is_not_one_place_is_refused_and_not_noised() {
    let folder = Folder::new();
    let journey = "timestamp,latitude,longitude\n2024-06-20T12:00:00Z,30,72.006\n2024-06-20T13:00:00Z,39.9,116.4\n";
    let output = folder.minimize(&["--datum", "gcj02", "--json"], journey);
    let summary = summary(&output);
    assert_eq!((code(&output), &summary["malformed"], &summary["released"]), (0, &1.into(), &1.into()));
    assert!(summary["problems"][0]["problem"].as_str().unwrap().contains("does not name one place in GCJ-02"));
    assert_eq!(code(&folder.minimize(&["--datum", "gcj02", "--strict"], journey)), 3);

    let sample = ["sample", "--epsilon", "1", "--radius", "100", "--lat", "30", "--lon"];
    for (lon, datum, expected) in
        [("72.006", "gcj02", 2), ("60", "gcj02", 0), ("60", "bd09", 2), ("72.006", "wgs84", 0)]
    {
        let output = folder.run(&[&sample[..], &[lon, "--datum", datum]].concat(), "");
        assert_eq!(code(&output), expected, "{lon} {datum}");
        assert!(!err(&output).contains("72.0"));
    }
}
