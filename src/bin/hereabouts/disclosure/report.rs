//! The page: one destination, or several side by side.

use hereabouts::audit::{Disclosure, Inference};
use maud::{Markup, html};

use super::map::{Spot, everything, likely, spots};
use super::words;
use crate::page::{distance, svg, together};
use crate::summary::grouped;

/// The longest places are numbered on the map and in the table; the others are in the list of all.
const NUMBERED: usize = 8;

/// One destination with what its pictures are drawn of.
struct Column<'a> {
    disclosure: &'a Disclosure,
    spots: Vec<Spot>,
}

pub(super) fn page(disclosures: &[Disclosure]) -> Markup {
    let columns: Vec<Column<'_>> =
        disclosures.iter().map(|disclosure| Column { disclosure, spots: spots(disclosure) }).collect();
    let title = match disclosures {
        [one] => format!("What {} knows of where you were", one.operator),
        _ => "Who knows what of where you were".to_owned(),
    };
    let section = |heading: Option<&str>, of: &dyn Fn(&Column<'_>) -> Markup| {
        html! {
            div.part {
                @if let Some(heading) = heading { h2 { (heading) } }
                div.columns { @for column in &columns {
                    section.aligned[columns.len() > 1] {
                        @if columns.len() > 1 { h3.whose { (column.disclosure.operator) small { (words::country(column.disclosure)) } } }
                        (of(column))
                    }
                } }
            }
        }
    };
    let body = html! { main.several[columns.len() > 1] {
        h1 { (title) }
        p.lead {
            @if let [one] = disclosures {
                "This device keeps an account of every place that it gave away. " (words::sent(one))
            } @else {
                "This device keeps an account of every place that it gave away. One app, "
                (number(columns.len())) " servers: here is what each was sent, and what it says about you."
            }
        }
        (section(None, &|column| tiles(column.disclosure)))
        (section(Some("Who has it, and who could be made to hand it over"), &|column| who(column.disclosure)))
        (section(Some("Where you live"), &|column| inferred(column, &column.disclosure.home, true)))
        (section(Some("Where you work"), &|column| inferred(column, &column.disclosure.work, false)))
        (section(Some("Everything that was sent"), &sent))
        (section(Some("What was not sent"), &|column| not_sent(column.disclosure)))
        (section(Some("The limit that holds against any attack"), &|column| limit(column.disclosure)))
        (footer(disclosures))
    } };
    crate::page::page(&title, &body)
}

fn number(count: usize) -> String {
    match count {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        count => count.to_string(),
    }
}

fn tiles(disclosure: &Disclosure) -> Markup {
    let messages = if disclosure.sealed { "sealed messages" } else { "places" };
    html! {
        div.tiles {
            div.tile {
                span { "Sent" }
                b { (grouped(disclosure.releases.len() as u64)) }
                span { (messages) @if let Some((first, last)) = disclosure.span() { ", " (words::day(first)) " to " (words::day(last)) } }
            }
            div.tile {
                span { "The operator reads" }
                b { @if disclosure.sealed && !disclosure.operator_reads() { "nothing" } @else { "everything" } }
                span { @if disclosure.sealed && !disclosure.operator_reads() { "only " (disclosure.key_holder) " can" } @else { "and so can whoever compels it" } }
            }
            div.tile {
                span { "Home" @if disclosure.sealed && !disclosure.operator_reads() { ", with the key" } }
                @match &disclosure.home.likely {
                    Some(home) => {
                        b { "± " (distance(home.most_radius_m)) }
                        span { (super::size::like(home.most_area_m2)) }
                    }
                    None if disclosure.names > 0 => { b { "not known" } span { "what names tell is not worked out" } }
                    None => { b { "not told" } span { "too little was sent at night" } }
                }
            }
        }
    }
}

fn who(disclosure: &Disclosure) -> Markup {
    html! {
        dl {
            dt { "Who runs it" } dd { (words::runs(disclosure)) }
            dt { "Who can read it" } dd { (words::reads(disclosure)) }
            dt { "Who could be made to hand it over" } dd { (words::compelled(disclosure)) }
            dt { "How long it is kept" } dd { (words::keeps(disclosure)) }
        }
    }
}

fn inferred(column: &Column<'_>, inference: &Inference, explains: bool) -> Markup {
    let Column { disclosure, spots } = column;
    let name = words::name(inference);
    let sentences = words::inferred(disclosure, inference);
    html! {
        @if explains { p.sealed { (words::stored(disclosure)) } }
        @if let Some(area) = &inference.likely {
            figure {
                (svg(&likely(area, spots, &format!("{}-{name}", disclosure.destination), name)))
                ul.legend {
                    li.sent { i.square.half {} span { "one time in two" } }
                    li.sent { i.square.most {} span { "19 times in 20" } }
                    li.sent { i.ring {} span { "likeliest" } }
                    li.cell { i.square {} span { "what was sent" } }
                }
            }
        }
        div { @for (index, sentence) in sentences.iter().enumerate() { p.told[index == 0].quiet[index > 0] { (sentence) } } }
    }
}

fn sent(column: &Column<'_>) -> Markup {
    let Column { disclosure, spots } = column;
    html! {
        p {
            (words::sent(disclosure))
            @if disclosure.sealed && !disclosure.operator_reads() && !spots.is_empty() { " This is what they hold, for whoever has the key:" }
        }
        @if let Some(sentence) = words::forgotten(disclosure) { p.warning { (sentence) } }
        @if let Some(sentence) = words::kept(disclosure) { p.warning { (sentence) } }
        @if let Some(sentence) = words::names(disclosure) { p { (sentence) } }
        @if let Some(sentence) = words::stand_ins(disclosure) { p { (sentence) } }
        @if let Some(map) = everything(spots, &format!("{}-all", disclosure.destination), NUMBERED) {
            figure { (svg(&map)) figcaption { "Each place is a cell of a fixed net. The fuller its colour, the longer it stood." } }
            table.figures {
                thead { tr { th { "place" } th { "sent" } th { "stood for" } th { "last seen (UTC)" } } }
                tbody { @for (index, spot) in spots.iter().enumerate().take(NUMBERED) {
                    tr {
                        td { (index + 1) }
                        td { (together(&words::count(spot.times, "time", "times"))) }
                        td { (together(&words::span(spot.stood_s))) }
                        td { (words::moment(spot.last)) }
                    }
                } }
            }
            @if spots.len() > NUMBERED { p.quiet { small { "And " (words::count(spots.len() - NUMBERED, "more place", "more places")) "." } } }
        }
        @if !disclosure.releases.is_empty() {
            details {
                summary { "All " (words::count(disclosure.releases.len(), "message", "messages")) ", one by one" }
                table.figures.all {
                    thead { tr { th { "sent (UTC)" } th { "for" } th { "place" } th { "stood for" } } }
                    tbody { @for sent in &disclosure.releases {
                        tr {
                            td { (words::moment(sent.time)) }
                            td { (sent.purpose) }
                            td { @match &sent.cell { Some(cell) => { code { (cell) } } None => { "forgotten here" } } }
                            td { (together(&words::span(sent.stood().as_secs_f64().max(sent.span_s.min(900.0))))) }
                        }
                    } }
                }
            }
        }
    }
}

fn not_sent(disclosure: &Disclosure) -> Markup {
    html! { ul.plain { @for sentence in words::not_sent(disclosure) { li { (sentence) } } } }
}

fn limit(disclosure: &Disclosure) -> Markup {
    let symbol = disclosure.loss.accounting.symbol();
    html! {
        p { (words::meaning(disclosure)) }
        @for window in &disclosure.loss.windows {
            @let share = (100.0 * window.spent / window.budget).min(100.0);
            small { "Used of the budget in the last " (words::span(window.window_s)) ": " (format!("{share:.0}")) " %" }
            div.bar { i style=(format!("width:{share:.1}%")) {} }
        }
        details {
            summary { "The figures" }
            p { (words::draws(disclosure)) }
            @for window in &disclosure.loss.windows {
                p { "In the last " (words::span(window.window_s)) ": " (symbol) " " (format!("{:.2}", window.spent)) " of " (window.budget) "." }
            }
        }
    }
}

fn footer(disclosures: &[Disclosure]) -> Markup {
    html! {
        footer {
            p { b { "This page shows where someone lives. " } "It is for the phone’s owner, and not for sending." }
            p {
                "How home and work are found: whoever holds all messages looks for what stood at night (22 to 6 o’clock), and in working hours (9 to 17 o’clock, Monday to Friday, "
                "away from home), by the sun’s time at the place. He knows how the places were moved by chance, and weighs every place on Earth by how well it explains them all, "
                "knowing nothing else of you. The areas hold the truth as often as they say if the app asked regularly and you were at home at night, or at work."
            }
            @if let Some(disclosure) = disclosures.first() { p { "Made by " code { "hereabouts disclosure" } ", " (words::moment(disclosure.at)) " UTC." } }
        }
    }
}
