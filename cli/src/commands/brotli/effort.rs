//! `-0` to `-9`, `--best` and `--quality`: how much work goes into a small stream.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use kilowat::brotli::Quality;

/// The quality that was asked for last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort(pub(super) Quality);

/// The options that take a number, and none.
const QUALITY: &str = "quality";
const BEST: &str = "best";

/// What is taken without any of these, as 10 and 11 take far longer for the little that they save.
const DEFAULT: u32 = 9;

/// The qualities that have an option of one digit, by its identifier.
const DIGITS: [(&str, char); 10] = [
    ("0", '0'),
    ("1", '1'),
    ("2", '2'),
    ("3", '3'),
    ("4", '4'),
    ("5", '5'),
    ("6", '6'),
    ("7", '7'),
    ("8", '8'),
    ("9", '9'),
];

impl Args for Effort {
    fn augment_args(command: Command) -> Command {
        let all = || DIGITS.iter().map(|(id, _)| *id).chain([QUALITY, BEST]);
        let digits = DIGITS.iter().map(|&(id, digit)| {
            let option = Arg::new(id)
                .short(digit)
                .action(ArgAction::SetTrue)
                .overrides_with_all(all());
            match digit {
                '0' => {
                    option.help("The fastest quality; -1 is nearly as fast, and -2 to -4 greedy")
                }
                '5' => option.help("What servers take; -6 to -8 look further"),
                '9' => option.help("The quality that is taken without any of these"),
                _ => option.hide(true),
            }
        });
        let quality = Arg::new(QUALITY)
            .short('q')
            .long(QUALITY)
            .value_name("N")
            .value_parser(value_parser!(u32).range(0..=11))
            .overrides_with_all(all())
            .help(
                "A quality from 0 to 11. 10 and 11 are the same; -10 and -11, by themselves, are short for them",
            );
        let best = Arg::new(BEST)
            .short('Z')
            .long(BEST)
            .action(ArgAction::SetTrue)
            .overrides_with_all(all())
            .help("Quality 11: slow for the little that it saves");
        command.args(digits).args([quality, best])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Effort {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let digit = DIGITS.iter().find(|(id, _)| matches.get_flag(id));
        let number = match digit {
            Some((_, digit)) => digit.to_digit(10),
            None if matches.get_flag(BEST) => Some(Quality::SMALLEST.number()),
            None => matches.get_one(QUALITY).copied(),
        };
        // The grammar lets no other quality through.
        let quality = Quality::new(number.unwrap_or(DEFAULT));
        Ok(Self(quality.unwrap_or_default()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
