//! `-1` to `-9` and `--level`: how much work goes into a small file.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use kilowat::deflate::Level;

/// The level that was asked for last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort(pub(super) Level);

/// The option that takes a number.
const LEVEL: &str = "level";

/// The levels that have an option of one digit, by its identifier.
const DIGITS: [(&str, char); 9] = [
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
        let all = || DIGITS.iter().map(|(id, _)| *id).chain([LEVEL]);
        let digits = DIGITS.iter().map(|&(id, digit)| {
            let option = Arg::new(id)
                .short(digit)
                .action(ArgAction::SetTrue)
                .overrides_with_all(all());
            match digit {
                '1' => option.long("fast").help("The fastest level"),
                '6' => option.help(
                    "The level that is taken without any of these; -2 to -8 are levels as well",
                ),
                '9' => option
                    .long("best")
                    .help("The smallest file that gzip makes"),
                _ => option.hide(true),
            }
        });
        let level = Arg::new(LEVEL)
            .long(LEVEL)
            .value_name("LEVEL")
            .value_parser(value_parser!(u32).range(0..=12))
            .overrides_with_all(all())
            .help(
                "A level from 0, which stores the bytes as they are, to 12. From 10 on each bit less costs a \
                 lot of time; -10, -11 and -12, by themselves, are short for it",
            );
        command.args(digits).arg(level)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Effort {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let digit = DIGITS.iter().find(|(id, _)| matches.get_flag(id));
        let level = match digit {
            Some((_, digit)) => digit.to_digit(10),
            None => matches.get_one(LEVEL).copied(),
        };
        // The grammar lets no other level through.
        Ok(Self(level.and_then(Level::new).unwrap_or_default()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
