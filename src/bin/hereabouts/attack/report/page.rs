//! The words of the report.

use hereabouts::audit::attack::{Anchor, Spread};
use hereabouts::audit::{AnchorFindings, Attacked, Findings, Naive, Rehearsal};
use hereabouts::{Accounting, Repeat};
use maud::{Markup, html};

use super::{days, journey, sight};
use crate::attack::rows::{COLUMNS, days as so_many_days, rows, words};
use crate::page::{self, distance, svg, together};
use crate::summary::grouped;

/// The whole page.
pub(crate) fn page(findings: &Findings, rehearsal: &Rehearsal) -> Markup {
    let title = format!("What {} of sharing say about you", so_many_days(findings.days));
    let body = html! { main {
        h1 { (title) }
        (lead(findings))
        (tiles(findings))
        (nights(findings, rehearsal))
        (through_days(findings))
        (attacks(findings))
        (travelled(findings, rehearsal))
        (stays(findings, rehearsal))
        (budget(findings))
        (footer(findings))
    } };
    page::page(&title, &body)
}

fn lead(findings: &Findings) -> Markup {
    let who = html! {
        "An app asked for a place for " (list(&findings.purposes)) ", and sent it to " (list(&findings.destinations)) ". "
    };
    let Some(home) = days::home(&findings.sent) else {
        return html! { p.lead { (who) "The recorded journey shows no night, so no attack on a home is told of here." } };
    };
    html! {
        p.lead {
            (who)
            "Whoever keeps everything that was sent and looks for the bed in it is off by "
            strong { (distance(home.best_error_m())) }
            " on average. Had the app sent raw positions, he would be off by "
            (error(days::home(&findings.raw))) "; with fresh noise each time, by " (error(days::home(&findings.fresh_noise))) "."
        }
    }
}

fn tiles(findings: &Findings) -> Markup {
    let anchor = |name: &str, of: fn(&Attacked) -> Option<&AnchorFindings>| {
        html! { @if let Some(sent) = of(&findings.sent) {
            div.tile {
                span { (name) }
                b { (distance(sent.best_error_m())) " off" }
                span { "raw " (error(of(&findings.raw))) ", fresh noise " (error(of(&findings.fresh_noise))) }
            }
        } }
    };
    let bill = &findings.bill;
    html! {
        div.tiles {
            (anchor("Home", days::home))
            (anchor("Work", days::work))
            @if let Some(error_m) = bill.mean_error_m {
                div.tile {
                    span { "Useful" }
                    b { (distance(error_m.mean)) }
                    span { "from the truth on average; " (grouped(bill.silences.mean as u64)) " silences" }
                }
            }
            div.tile {
                span { "Noise drawn" }
                b { (format!("{:.0}", bill.draws.mean)) " times" }
                span { "on " (grouped(bill.ticks)) " requests; else the last answer stood" }
            }
        }
    }
}

fn nights(findings: &Findings, rehearsal: &Rehearsal) -> Markup {
    let ours = days::home(&findings.sent).and_then(AnchorFindings::best);
    let fresh = days::home(&findings.fresh_noise).and_then(AnchorFindings::best);
    let sights = ours.zip(fresh).and_then(|(ours, fresh)| {
        let ours = rehearsal.sight(Anchor::Home, None, &ours)?;
        Some((ours, rehearsal.sight(Anchor::Home, Some(Naive::FreshNoise), &fresh)?))
    });
    let Some((ours, fresh)) = sights else { return html! {} };
    let scale_m = findings.fresh_draws.first().map_or(0.0, |fresh| fresh.scale_m);
    let reach_m = sight::reach_m(&ours).max(4.0 * scale_m).max(100.0);
    html! {
        h2 { "Looking for home" }
        p { "The same nights, sent in two ways. The little house is where home truly is; the ring is where the best attack puts it." }
        div.pair {
            div { h3 { "This policy" } (svg(&sight::draw(&ours, reach_m, "sent", "This policy", "ours"))) }
            div { h3 { "Fresh noise on every request" } (svg(&sight::draw(&fresh, reach_m, "fresh", "Fresh noise", "fresh"))) }
        }
        ul.legend {
            li.truth { i {} span { "true home" } }
            li.sent { i.ring {} span { "best guess" } }
            li.cell { i.square {} span { "cell that was sent" } }
            li.fresh { i {} span { "noisy place that was sent" } }
        }
        p.quiet { small {
            "One of " (findings.runs) " runs; in another the noise falls otherwise. Each noisy place of the second picture is as far off as the policy’s own "
            "noise, but there are many, and their middle is home."
        } }
    }
}

fn through_days(findings: &Findings) -> Markup {
    let charts = |name: &str, of: fn(&Attacked) -> Option<&AnchorFindings>| {
        html! { @if of(&findings.sent).is_some() && findings.days > 1 {
            figure {
                div.wide { (svg(&days::draw(findings, of, 820.0))) }
                div.narrow { (svg(&days::draw(findings, of, 360.0))) }
                figcaption { "How far the best guess of " (name) " is off after so many days: the mean, and the range of nine runs in ten." }
            }
        } }
    };
    html! {
        @if findings.days > 1 && (days::home(&findings.sent).is_some() || days::work(&findings.sent).is_some()) {
            h2 { "Does it get worse from day to day?" }
            p {
                "Noise that is drawn anew each time cancels itself out: the more is sent, the better the guess. "
                "A line that falls is a secret that leaks; a line that stays level is kept."
            }
        }
        (charts("home", days::home))
        (charts("work", days::work))
    }
}

fn attacks(findings: &Findings) -> Markup {
    html! {
        h2 { "Every attack, beside the ideas that one would try first" }
        p {
            "The adversary holds all that was sent, knows the policy and the program, and takes the best of "
            (days::home(&findings.sent).map_or(0, |home| home.guesses.len())) " ways to guess."
        }
        table.attacks {
            thead { tr { th { "attack" } @for column in &COLUMNS { th { (column.name) } } } }
            tbody { @for row in rows(findings) {
                tr {
                    th scope="row" { (row.name) small.quiet { (row.meaning) } }
                    @for (column, cell) in COLUMNS.iter().zip(&row.cells) {
                        td.ours[column.name == COLUMNS[0].name] data-label=(column.name) { (together(&cell.figure)) }
                    }
                }
            } }
        }
        details {
            summary { "What the columns mean, and each way to guess" }
            p {
                b { "This policy" } " is what " code { "hereabouts" } " would send. " b { "Fresh noise" } " is the same noise, drawn anew on every request, without a budget or cells. "
                b { "Jitter" } " moves each position to anywhere within a disc that is as wide on average. " b { "Fixed offset" }
                " draws the noise once and adds it to every position. " b { "Raw" } " is the position itself. All but this policy tell the second."
            }
            @for (name, of) in [("home", days::home as fn(&Attacked) -> Option<&AnchorFindings>), ("work", days::work)] {
                @if let Some(anchor) = of(&findings.sent) {
                    table.figures {
                        thead { tr { th { "guess of " (name) " under this policy" } th { "error" } th { "nine runs in ten" } } }
                        tbody { @for guess in &anchor.guesses {
                            tr { td { (words(guess)) } td { (distance(guess.error_m.mean)) } td { (range(guess.error_m)) } }
                        } }
                    }
                }
            }
        }
    }
}

fn travelled(findings: &Findings, rehearsal: &Rehearsal) -> Markup {
    let (wide, narrow) = (journey::draw(rehearsal, 820.0), journey::draw(rehearsal, 360.0));
    html! { @if let (Some(wide), Some(narrow)) = (wide, narrow) {
        h2 { "What left the phone" }
        figure {
            div.wide { (svg(&wide)) }
            div.narrow { (svg(&narrow)) }
            ul.legend {
                li.truth { i.way {} span { "where one truly was" } }
                li.cell { i.square {} span { "cell that was sent, the darker the longer" } }
                li.sent { i {} span { "its centre" } }
            }
            figcaption { "All of the recorded journey, and what was sent in its stead in one of " (findings.runs) " runs, through " (so_many_days(findings.days)) "." }
        }
    } }
}

fn stays(findings: &Findings, rehearsal: &Rehearsal) -> Markup {
    let Some(fresh) = findings.fresh_draws.last() else { return html! {} };
    let holds = rehearsal.policy().purposes().any(|(name, purpose)| {
        findings.purposes.iter().any(|given| given == name) && matches!(purpose.repeat(), Repeat::Hold { .. })
    });
    let home = days::home(&findings.sent);
    html! {
        h2 { "What staying leaves" }
        p {
            "If a new draw is made each time, the draws add up. This is what they would leave of one’s home with this policy’s finest noise (scale "
            (distance(fresh.scale_m)) "), were nothing hidden by cells: one draw; one a night; and as many as the budget allows at most."
        }
        table.figures {
            thead { tr { th { "draws at one place" } th { "best guess is off by" } th { "their average, exactly" } } }
            tbody { @for fresh in &findings.fresh_draws {
                tr { td { (grouped(u64::from(fresh.draws))) } td { (distance(fresh.geometric_median_m.mean)) } td { (distance(fresh.average_exact_m)) } }
            } }
        }
        @if let Some(home) = home {
            p style="margin-top:26px" {
                @if holds {
                    "This policy holds instead: while a noisy test says that one is still near, the last answer stands; whoever comes back is mostly given an "
                    "earlier answer again. A night is no new draw. "
                }
                "And what is sent is a cell, not a point. So this is what is left:"
            }
            table.figures {
                thead { tr { th { "after" } th { "draws at home" } th { "best guess is off by" } th { "nine runs in ten" } } }
                tbody { @for through in &home.through {
                    tr {
                        td { (so_many_days(through.day)) }
                        td { (format!("{:.1}", through.draws)) }
                        td.ours { (distance(through.best.error_m.mean)) }
                        td { (range(through.best.error_m)) }
                    }
                } }
            }
        }
    }
}

fn budget(findings: &Findings) -> Markup {
    let symbol = findings.bill.accounting.symbol();
    html! {
        h2 { "The account" }
        p {
            @if findings.bill.accounting == Accounting::Pure {
                "ε measures what is given away: with ε = 1, no place becomes more than 2.7 times as likely, against another within the protected radius, "
                "by anything that was sent. "
            } @else {
                "ρ measures what is given away (zero-concentrated differential privacy): the smaller, the less two places within the protected radius can be told apart. "
            }
            "It is the guarantee; the attacks above only show what it means in metres. In all "
            (format!("{:.1}", findings.bill.loss.mean)) " " (symbol) " were spent in " (so_many_days(findings.days)) "."
        }
        @for window in &findings.bill.windows {
            @let share = 100.0 * window.most_spent / window.loss;
            small { "The fullest " (span(window.window_s)) ": " (symbol) " " (format!("{:.1}", window.most_spent)) " of " (window.loss) }
            div.bar { i style=(format!("width:{share:.1}%")) {} }
        }
    }
}

fn footer(findings: &Findings) -> Markup {
    html! {
        footer {
            p { b { "This page shows where someone lives. " } "It is for the phone’s owner, and not for sending." }
            p {
                "An attack that fails proves nothing: someone may find a better one. What bounds them all is the privacy loss that was spent. Home is looked for in what was sent from 22 to "
                "6 o’clock, work from 9 to 17 o’clock on weekdays, further than 2 km from home; and again by an adversary who is told which outputs were drawn there."
            }
            p { "Made by " code { "hereabouts attack … --days " (findings.days) " --runs " (findings.runs) " --seed " (findings.seed) } ". The same seed repeats it." }
        }
    }
}

fn error(anchor: Option<&AnchorFindings>) -> String {
    anchor.map_or("–".to_owned(), |anchor| distance(anchor.best_error_m()))
}

fn range(spread: Spread) -> String {
    format!("{} to {}", distance(spread.low), distance(spread.high))
}

fn list(names: &[String]) -> Markup {
    html! { @for (index, name) in names.iter().enumerate() {
        @if index > 0 { @if index + 1 == names.len() { " and " } @else { ", " } }
        b { (name) }
    } }
}

fn span(seconds: f64) -> String {
    let hours = seconds / 3_600.0;
    if hours > 48.0 { format!("{:.0} days", hours / 24.0) } else { format!("{hours:.0} hours") }
}
