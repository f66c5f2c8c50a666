//! The sentences of the report, for the terminal and for the page.

use std::collections::BTreeMap;

use hereabouts::audit::attack::Anchor;
use hereabouts::audit::{Disclosure, Inference};
use hereabouts::{Accounting, Timestamp};
use jiff::tz::TimeZone;

use super::country;
use super::size::{area, like};
use crate::map::distance;
use crate::summary::grouped;

/// More than this and a bound is no comfort.
const LOOSE: f64 = 100.0;

/// How many names are told one by one.
const NAMED: usize = 8;

/// "30 May 2024".
pub(super) fn day(time: Timestamp) -> String {
    TimeZone::UTC.to_datetime(time).strftime("%-d %B %Y").to_string()
}

/// "30 May 2024, 22:15".
pub(super) fn moment(time: Timestamp) -> String {
    TimeZone::UTC.to_datetime(time).strftime("%-d %b %Y, %H:%M").to_string()
}

/// So many of a thing.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

pub(super) fn country(disclosure: &Disclosure) -> String {
    country::name(&disclosure.jurisdiction)
}

/// What it was sent, in one sentence.
pub(super) fn sent(disclosure: &Disclosure) -> String {
    let Some((first, last)) = disclosure.span() else {
        return format!("{} was sent nothing.", disclosure.operator);
    };
    let kind = if disclosure.sealed { ("sealed message", "sealed messages") } else { ("place", "places") };
    let number = count(disclosure.releases.len(), kind.0, kind.1);
    let when = if day(first) == day(last) {
        format!("on {}", day(first))
    } else {
        format!("between {} and {}", day(first), day(last))
    };
    format!("{} was sent {number}, {when}.", disclosure.operator)
}

/// Who runs it, and whose law reaches them.
pub(super) fn runs(disclosure: &Disclosure) -> String {
    format!("{}, under the law of {}.", disclosure.operator, country(disclosure))
}

/// Who can read it.
pub(super) fn reads(disclosure: &Disclosure) -> String {
    let Disclosure { operator, key_holder, .. } = disclosure;
    match (disclosure.sealed, disclosure.operator_reads()) {
        (true, true) => format!("{operator}. The messages are sealed, but it holds the key itself."),
        (true, false) => {
            format!("Only {key_holder}, who holds the key. {operator} stores sealed messages that it cannot open.")
        }
        (false, true) => format!("{operator} reads everything that it gets."),
        (false, false) => format!(
            "{key_holder} is said to hold the keys. But nothing was sealed on this device: whatever {operator} gets, it can read."
        ),
    }
}

/// What whoever compels the operator gets.
pub(super) fn compelled(disclosure: &Disclosure) -> String {
    let Disclosure { operator, key_holder, .. } = disclosure;
    let law = country(disclosure);
    if disclosure.releases.is_empty() {
        return format!("The authorities of {law} could compel {operator}. There is nothing to hand over.");
    }
    if !disclosure.sealed || disclosure.operator_reads() {
        return format!(
            "The authorities of {law} could compel {operator} to hand over everything on this page: every place, and when it came."
        );
    }
    let messages = count(disclosure.releases.len(), "sealed message", "sealed messages");
    let bytes = disclosure
        .message_bytes
        .map_or_else(String::new, |bytes| format!(", each of the same {} bytes", grouped(bytes as u64)));
    format!(
        "The authorities of {law} could compel {operator} to hand over {messages}{bytes}, and when each came. They say nothing of where. \
         To read them takes the key, and that is {key_holder}’s: whoever can compel {key_holder} as well gets the places."
    )
}

/// How long it is kept.
pub(super) fn keeps(disclosure: &Disclosure) -> String {
    match disclosure.retention_s {
        Some(seconds) => {
            format!(
                "{} says that it deletes them after {}. Nobody here can check that.",
                disclosure.operator,
                span(seconds as f64)
            )
        }
        None => "Nobody says. Reckon with for ever.".to_owned(),
    }
}

/// What this device no longer knows.
pub(super) fn forgotten(disclosure: &Disclosure) -> Option<String> {
    (disclosure.forgotten > 0).then(|| {
        format!(
            "{} were sent whose place this device has forgotten. The destination has not. They are missing from the maps, and from what is inferred: \
             whoever holds them may know more.",
            count(disclosure.forgotten, "message", "messages")
        )
    })
}

/// How many releases told a place by its name, and which names: the most frequent first.
pub(super) fn names(disclosure: &Disclosure) -> Option<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for name in disclosure.releases.iter().filter(|sent| sent.is_name()).filter_map(|sent| sent.cell.as_deref()) {
        *times.entry(if name == "-" { "no place at all" } else { name }).or_default() += 1;
    }
    let mut times: Vec<_> = times.into_iter().collect();
    times.sort_by_key(|(_, times)| core::cmp::Reverse(*times));
    let names: Vec<String> =
        times.iter().take(NAMED).map(|(name, times)| format!("{name} ({})", count(*times, "time", "times"))).collect();
    let more = if times.len() > NAMED {
        format!(", and {} more", grouped((times.len() - NAMED) as u64))
    } else {
        String::new()
    };
    (disclosure.names > 0).then(|| {
        format!(
            "{} told where you are by a name alone: {}{more}. They are not on the maps, nor in what is inferred.",
            count(disclosure.names, "message", "messages"),
            names.join(", "),
        )
    })
}

/// How many stand for a place that is protected.
pub(super) fn stand_ins(disclosure: &Disclosure) -> Option<String> {
    (disclosure.stand_ins > 0).then(|| {
        format!(
            "{} of them stand in for a place that you protect: the same one each time, moved by chance once and for life.",
            grouped(disclosure.stand_ins as u64)
        )
    })
}

/// A place that one comes back to.
pub(super) fn name(inference: &Inference) -> &'static str {
    if inference.place == Anchor::Home { "home" } else { "work" }
}

/// Whoever does the inferring.
pub(super) fn who(disclosure: &Disclosure) -> String {
    if disclosure.sealed && !disclosure.operator_reads() {
        "Whoever holds all of it and the key".to_owned()
    } else {
        "Whoever holds all of it".to_owned()
    }
}

/// What is inferred, in a few short sentences.
pub(super) fn inferred(disclosure: &Disclosure, inference: &Inference) -> Vec<String> {
    let name = name(inference);
    let who = who(disclosure);
    let (nights, hours) = match inference.place {
        Anchor::Home => (("night", "nights"), "from 22 to 6 o’clock"),
        _ => (("working day", "working days"), "from 9 to 17 o’clock, Monday to Friday"),
    };
    let Some(likely) = &inference.likely else {
        let where_to = if inference.place == Anchor::Home { "" } else { ", away from home" };
        // A place that was told by its name tells something, and nobody here has weighed it.
        let (what, but) = match disclosure.names {
            0 => ("", String::new()),
            _ => (", names of places aside,", format!(" What those names tell of {name} is not worked out here.")),
        };
        let told = match inference.days {
            0 => format!("Nothing that was sent{what} stood {hours}{where_to}"),
            _ => format!("Only on one {} did something{what} stand {hours}{where_to}", nights.0),
        };
        return vec![format!("{told}. That is too little to tell {name}.{but}")];
    };
    vec![
        format!(
            "{who} can tell where {name} is to within {} ({}), and be right 19 times in 20.",
            area(likely.most_area_m2),
            like(likely.most_area_m2)
        ),
        format!("One time in two, {name} lies in the inner part: {}.", area(likely.half_area_m2)),
        format!(
            "That is read from {} on {}, from what stood {hours}.",
            count(inference.draws, "noisy place", "noisy places"),
            count(inference.days, nights.0, nights.1),
        ),
    ]
}

/// What can be inferred from what the operator stores.
pub(super) fn stored(disclosure: &Disclosure) -> String {
    let operator = &disclosure.operator;
    if disclosure.sealed && !disclosure.operator_reads() {
        format!(
            "From what {operator} stores, nobody without the key infers any place. They see that messages came, and when: a new one often \
             says that one has moved far. The map shows what the key adds."
        )
    } else {
        format!("What {operator} stores can be read by whoever gets hold of it. This is what they can work out.")
    }
}

/// What it was not sent.
pub(super) fn not_sent(disclosure: &Disclosure) -> Vec<String> {
    let mut sentences =
        vec!["A true position. Each place was moved by chance before it left, and then made coarse.".to_owned()];
    if !disclosure.releases.is_empty() {
        let longest = disclosure.releases.iter().map(|sent| sent.span_s).fold(0.0, f64::max);
        sentences.push(format!(
            "The exact time of a position. It was told to {}; but whoever runs the server sees when a message arrives.",
            span(longest)
        ));
    }
    let kept: Vec<&str> =
        disclosure.purposes.iter().flat_map(|purpose| purpose.kept.iter().flatten().copied()).collect();
    let never: Vec<&str> = ["altitude", "speed", "course"].into_iter().filter(|field| !kept.contains(field)).collect();
    if !never.is_empty() {
        let unknown = disclosure.purposes.iter().any(|purpose| purpose.kept.is_none());
        let but = if unknown { " (under this policy; some of it was sent under another)" } else { "" };
        sentences.push(format!("{}{but}.", capital(&list(&never))));
    }
    sentences.push(match disclosure.elsewhere {
        0 => "Nothing went anywhere else.".to_owned(),
        number => format!("What went elsewhere: {}.", count(number, "message", "messages")),
    });
    sentences.push(
        "What the app tells it besides, and the network address that it sends from, are not in this account."
            .to_owned(),
    );
    sentences
}

/// What was kept without noise.
pub(super) fn kept(disclosure: &Disclosure) -> Option<String> {
    let mut kept: Vec<&str> =
        disclosure.purposes.iter().flat_map(|purpose| purpose.kept.iter().flatten().copied()).collect();
    kept.sort_unstable();
    kept.dedup();
    (!kept.is_empty()).then(|| format!("{} went along without any noise.", capital(&list(&kept))))
}

/// What the loss means.
pub(super) fn meaning(disclosure: &Disclosure) -> String {
    let (loss, radius) = (&disclosure.loss, distance(disclosure.radius_m));
    let factor = loss.bound_epsilon.exp();
    let all_but = match loss.delta {
        Some(delta) if loss.accounting == Accounting::Zcdp => {
            format!(", but for a chance of one in {}", grouped((1.0 / delta).round() as u64))
        }
        _ => String::new(),
    };
    if disclosure.releases.is_empty() {
        return "Nothing was sent, so nothing was lost.".to_owned();
    }
    if factor <= LOOSE {
        let times = if factor < 10.0 {
            format!("{:.1}", (factor * 10.0).ceil() / 10.0)
        } else {
            format!("{:.0}", factor.ceil())
        };
        return format!(
            "Of two places up to {radius} apart, all of it together makes one look at most {times} times as likely as the other{all_but}. That is certain, \
             whatever else is known and however clever the attack."
        );
    }
    let odds = match factor {
        factor if factor >= 1e9 => "more than a billion to one".to_owned(),
        factor if factor >= 1e6 => "more than a million to one".to_owned(),
        factor => format!("{} to one", grouped(factor.ceil() as u64)),
    };
    format!(
        "How well all of it together tells apart two places up to {radius} apart is limited for certain{all_but}. But over the whole time the limit has become \
         loose: {odds}. A cleverer attack than the one above may one day do better than it, up to that limit."
    )
}

/// What was paid for, and for whom.
pub(super) fn draws(disclosure: &Disclosure) -> String {
    let symbol = disclosure.loss.accounting.symbol();
    let loss = &disclosure.loss;
    let zones = if loss.zones > 0.0 {
        format!(", {symbol} {:.2} of it for places that you protect", loss.zones)
    } else {
        String::new()
    };
    let epsilon = match loss.delta {
        Some(delta) if loss.accounting == Accounting::Zcdp => format!(" (ε {:.2} at δ {delta:e})", loss.bound_epsilon),
        _ => String::new(),
    };
    format!(
        "What it learned is bounded by {symbol} {:.2}{epsilon} at {}, over all time{zones}. Its own receipts were charged {symbol} {:.2}: a draw of noise is paid for \
         once and told to many, so the bound counts draws and not receipts. With everybody else who was sent anything, and every silence: {symbol} {:.2}.",
        loss.bound,
        distance(disclosure.radius_m),
        loss.charged,
        loss.everything,
    )
}

/// A span in words.
pub(super) fn span(seconds: f64) -> String {
    let (unit, number) = match seconds {
        seconds if seconds >= 172_800.0 => ("days", seconds / 86_400.0),
        seconds if seconds >= 5_400.0 => ("hours", seconds / 3_600.0),
        seconds if seconds >= 3_000.0 => return "an hour".to_owned(),
        seconds if seconds >= 90.0 => ("minutes", seconds / 60.0),
        seconds => ("seconds", seconds),
    };
    format!("{number:.0} {unit}")
}

fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
