//! The scripts, each of which is done whole or not at all.

use std::fmt::Write as _;
use std::sync::LazyLock;

use redis::{Cmd, Connection, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value, cmd};

/// A script that the server knows by its digest.
pub(super) struct Script {
    text: &'static str,
    /// SHA-1 in hexadecimal digits, by which Redis names scripts.
    digest: LazyLock<String>,
}

macro_rules! scripts {
    ($($name:ident $file:literal)*) => {
        $(pub(super) static $name: Script = Script {
            text: concat!(include_str!("scripts/common.lua"), include_str!(concat!("scripts/", $file))),
            digest: LazyLock::new(|| $name.hash()),
        };)*
    };
}

scripts! {
    BEAT "beat.lua"
    CLOSE "close.lua"
    JOIN "join.lua"
    LEAVE "leave.lua"
    OPEN "open.lua"
    REVIVE "revive.lua"
    SEND "send.lua"
    SETTLE "settle.lua"
    STATS "stats.lua"
    TAKE "take.lua"
    TIDY "tidy.lua"
}

impl Script {
    fn hash(&self) -> String {
        let script = redis::Script::new(self.text);
        let mut digest = String::new();
        // It cannot fail for a string.
        let _ = write!(digest, "{}", script.get_hash());
        digest
    }

    /// A call for a channel, to which arguments are added.
    pub(super) fn call(&self, base: &str) -> Cmd {
        let mut call = cmd("EVALSHA");
        call.arg(self.digest.as_str()).arg(1).arg(base);
        call
    }

    /// Makes a call. A server that does not know the script gets it.
    pub(super) fn run(&self, connection: &mut Connection, call: &Cmd) -> RedisResult<Value> {
        match call.query(connection) {
            Err(error) if is_unknown(&error) => {
                let mut load = cmd("SCRIPT");
                load.arg("LOAD").arg(self.text).exec(connection)?;
                call.query(connection)
            }
            answer => answer,
        }
    }
}

fn is_unknown(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
