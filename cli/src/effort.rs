//! `-1`, `-9`, `--best` and their like: how much work goes into a small file.

use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeInclusive;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

/// The levels that a command has.
pub(crate) trait Levels {
    const ALL: RangeInclusive<i64>;
    /// The one that is taken where nothing is said.
    const DEFAULT: u32;
    /// What the option that takes a number is called, in full and by a letter.
    const OPTION: &'static str = "level";
    const LETTER: Option<char> = None;
    const VALUE_NAME: &'static str = "LEVEL";
    /// What the help says of it.
    const HELP: &'static str;
    const NAMED: &'static [Named];
}

/// A level with an option of its own.
pub(crate) struct Named {
    pub(crate) level: u32,
    /// The identifier of the option.
    pub(crate) id: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) long: Option<&'static str>,
    /// Without it the help is silent about the option.
    pub(crate) help: Option<&'static str>,
}

/// The level of a digit without a word to be said about it.
pub(crate) const fn digit(level: u32, id: &'static str) -> Named {
    Named {
        level,
        id,
        short: Some((b'0' + level as u8) as char),
        long: None,
        help: None,
    }
}

/// The level that was asked for last.
pub(crate) struct Effort<L> {
    pub(crate) level: u32,
    levels: PhantomData<L>,
}

impl<L> fmt::Debug for Effort<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Effort({})", self.level)
    }
}

impl<L: Levels> Args for Effort<L> {
    fn augment_args(command: Command) -> Command {
        let all = || L::NAMED.iter().map(|named| named.id).chain([L::OPTION]);
        let named = L::NAMED.iter().map(|named| {
            let mut option = Arg::new(named.id)
                .action(ArgAction::SetTrue)
                .overrides_with_all(all())
                .hide(named.help.is_none())
                .help(named.help.unwrap_or_default());
            if let Some(short) = named.short {
                option = option.short(short);
            }
            if let Some(long) = named.long {
                option = option.long(long);
            }
            option
        });
        let mut level = Arg::new(L::OPTION)
            .long(L::OPTION)
            .value_name(L::VALUE_NAME)
            .value_parser(value_parser!(u32).range(L::ALL))
            .overrides_with_all(all())
            .help(L::HELP);
        if let Some(letter) = L::LETTER {
            level = level.short(letter);
        }
        command.args(named).arg(level)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<L: Levels> FromArgMatches for Effort<L> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let named = L::NAMED.iter().find(|named| matches.get_flag(named.id));
        let level = match named {
            Some(named) => Some(named.level),
            None => matches.get_one(L::OPTION).copied(),
        };
        Ok(Self {
            level: level.unwrap_or(L::DEFAULT),
            levels: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
