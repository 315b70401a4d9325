//! Lengths of time, as they are typed.

use std::time::Duration;

use jiff::SignedDuration;

/// The longest run of a command.
const LONGEST_RUN: Duration = Duration::from_hours(7 * 24);

/// The longest that anything is kept or put off.
#[cfg(feature = "swarm")]
const LONGEST: Duration = Duration::from_hours(100 * 366 * 24);

/// Reads a time such as `30s` or `1h 30m`, for which a command is to run.
pub(crate) fn of_run(text: &str) -> Result<Duration, String> {
    parse(text)
        .filter(|duration| !duration.is_zero() && *duration <= LONGEST_RUN)
        .ok_or_else(|| "expected a time such as 500ms, 30s, 10m or 2h, up to 7 days".to_owned())
}

/// Reads a time such as `30s` or `7 days`, for which something is kept or put off.
#[cfg(feature = "swarm")]
pub(crate) fn to_keep(text: &str) -> Result<Duration, String> {
    parse(text)
        .or_else(|| text.parse().ok().and_then(days))
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| "expected a time such as 500ms, 30s, 10m, 2h or 7d".to_owned())
}

fn parse(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok()
}

/// The same of days and weeks, which have 24 hours each here.
#[cfg(feature = "swarm")]
fn days(span: jiff::Span) -> Option<Duration> {
    let relative = jiff::SpanRelativeTo::days_are_24_hours();
    Duration::try_from(span.to_duration(relative).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(of_run("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(of_run("1h 30m"), Ok(Duration::from_mins(90)));
        assert_eq!(of_run("500ms"), Ok(Duration::from_millis(500)));
        for text in ["", "30", "0s", "-1s", "8d", "200h", "soon"] {
            assert!(of_run(text).is_err(), "{text}");
        }
    }

    #[cfg(feature = "swarm")]
    #[test]
    fn times_to_keep_may_be_days() {
        assert_eq!(to_keep("0s"), Ok(Duration::ZERO));
        assert_eq!(to_keep("90m"), Ok(Duration::from_mins(90)));
        assert_eq!(to_keep("7d"), Ok(Duration::from_hours(7 * 24)));
        assert_eq!(to_keep("1d 2h"), Ok(Duration::from_hours(26)));
        for text in ["", "7", "-1d", "1mo", "40000000d", "soon"] {
            assert!(to_keep(text).is_err(), "{text}");
        }
    }
}
