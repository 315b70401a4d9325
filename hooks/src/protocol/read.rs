//! Reading one JSON object from a pipe, which its host may leave open.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use memchr::memchr2;

/// How much is read at a time: what a pipe holds.
const PIECE: usize = 64 << 10;

/// How many pieces wait at most until they are looked at.
const AHEAD: usize = 4;

/// For how long at most the rest of what a host writes is read and thrown away.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for a host, and how much to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nothing may come for so long.
    pub silence: Duration,
    /// The object may have so many bytes.
    pub most: usize,
}

impl Default for Limits {
    /// Two seconds and 64 MiB.
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(2),
            most: 64 << 20,
        }
    }
}

/// Why there is no object.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFault {
    /// Nothing came at all.
    #[error("nothing came on standard input")]
    Nothing,
    /// What came is something else.
    #[error("what came on standard input is no JSON object: it begins with byte 0x{byte:02x}")]
    NotAnObject {
        /// Its first byte that is no blank.
        byte: u8,
    },
    /// The pipe was closed within the object.
    #[error("standard input ended within the object, after {bytes} bytes of it")]
    Cut {
        /// How much of it came.
        bytes: usize,
    },
    /// Nothing more came within the object.
    #[error("nothing came for {:.1} s, after {bytes} bytes of the object", silence.as_secs_f64())]
    Silence {
        /// How much of it came.
        bytes: usize,
        /// For how long.
        silence: Duration,
    },
    /// The object is too long.
    #[error("the object on standard input has more than {most} bytes")]
    TooLong {
        /// How long it may be.
        most: usize,
    },
    /// The system says that it cannot be read.
    #[error("standard input: {0}")]
    Io(#[from] io::Error),
}

/// A pipe that is read by a thread, so that nobody waits for it longer than is wanted.
#[derive(Debug)]
pub struct Pipe {
    pieces: Receiver<io::Result<Vec<u8>>>,
    limits: Limits,
    /// What has come of the object.
    object: Vec<u8>,
    /// Whether the host has more to write.
    owes: bool,
    has_ended: bool,
}

impl Pipe {
    /// Begins to read.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(mut source: impl Read + Send + 'static, limits: Limits) -> io::Result<Self> {
        let (sender, pieces) = sync_channel(AHEAD);
        let read = move || {
            let mut buffer = vec![0; PIECE];
            loop {
                let piece = match source.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(len) => Ok(buffer[..len].to_vec()),
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let has_failed = piece.is_err();
                if sender.send(piece).is_err() || has_failed {
                    return;
                }
            }
        };
        // It ends with the pipe or, where that stays open, with the process.
        thread::Builder::new().name("pipe".to_owned()).spawn(read)?;
        Ok(Self {
            pieces,
            limits,
            object: Vec::new(),
            owes: true,
            has_ended: false,
        })
    }

    /// The object that comes first, as soon as its last byte has come.
    ///
    /// # Errors
    /// [`ReadFault`] where there is none. What has come of it is [there](Self::came) all the same.
    pub fn object(&mut self) -> Result<&[u8], ReadFault> {
        let mut scanner = Scanner::default();
        loop {
            let piece = match self.pieces.recv_timeout(self.limits.silence) {
                Ok(piece) => piece?,
                Err(error) => {
                    self.has_ended = error == RecvTimeoutError::Disconnected;
                    self.owes = false;
                    return Err(match self.object.len() {
                        0 => ReadFault::Nothing,
                        bytes if self.has_ended => ReadFault::Cut { bytes },
                        bytes => ReadFault::Silence {
                            bytes,
                            silence: self.limits.silence,
                        },
                    });
                }
            };
            let blanks = scanner.skip_blanks(&piece);
            let piece = &piece[blanks..];
            let end = scanner.scan(piece)?;
            self.object
                .extend_from_slice(&piece[..end.unwrap_or(piece.len())]);
            if self.object.len() > self.limits.most {
                let most = self.limits.most;
                return Err(ReadFault::TooLong { most });
            }
            if let Some(end) = end {
                self.owes = !piece[end..].iter().all(u8::is_ascii_whitespace);
                return Ok(&self.object);
            }
        }
    }

    /// What has come of the object so far.
    #[must_use]
    pub fn came(&self) -> &[u8] {
        &self.object
    }

    /// Reads what the host still writes, and throws it away: who has not read all is a broken pipe to the host. Where
    /// the object has ended, nothing is waited for.
    pub fn drain(&mut self) {
        let until = Instant::now() + PATIENCE;
        while !self.has_ended && Instant::now() < until {
            let silence = if self.owes {
                self.limits.silence
            } else {
                Duration::ZERO
            };
            match self.pieces.recv_timeout(silence) {
                Ok(Ok(piece)) => self.owes |= !piece.iter().all(u8::is_ascii_whitespace),
                Ok(Err(_)) | Err(_) => return,
            }
        }
    }
}

/// Where in the object it is.
#[derive(Debug, Default)]
struct Scanner {
    /// How many brackets are open.
    depth: u64,
    in_string: bool,
    is_escaped: bool,
}

impl Scanner {
    /// How many blanks there are before the object, a byte-order mark among them.
    fn skip_blanks(&self, piece: &[u8]) -> usize {
        if self.depth > 0 {
            return 0;
        }
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte);
        let blanks = piece.iter().take_while(|byte| is_blank(byte));
        blanks.count()
    }

    /// Offset behind the last byte of the object, where that is in this piece.
    fn scan(&mut self, piece: &[u8]) -> Result<Option<usize>, ReadFault> {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            at += 1;
            if self.is_escaped {
                self.is_escaped = false;
            } else if self.in_string {
                // Most of a payload is the text of a file, which is one string.
                let Some(len) = memchr2(b'"', b'\\', &piece[at - 1..]) else {
                    return Ok(None);
                };
                at += len;
                match piece[at - 1] {
                    b'"' => self.in_string = false,
                    _ => self.is_escaped = true,
                }
            } else if self.depth == 0 && byte != b'{' {
                return Err(ReadFault::NotAnObject { byte });
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => self.depth -= 1,
                    _ => {}
                }
                if self.depth == 0 {
                    return Ok(Some(at));
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const QUICK: Limits = Limits {
        silence: Duration::from_millis(60),
        most: 1 << 20,
    };

    /// For hosts that write as fast as the machine lets them.
    const PATIENT: Limits = Limits {
        silence: Duration::from_secs(20),
        ..QUICK
    };

    /// Gives so many bytes at a time, and then no end.
    struct Open {
        bytes: Vec<u8>,
        step: usize,
        at: usize,
    }

    impl Read for Open {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let rest = &self.bytes[self.at..];
            let len = rest.len().min(self.step).min(buffer.len());
            if len == 0 {
                thread::sleep(Duration::from_mins(1));
            }
            buffer[..len].copy_from_slice(&rest[..len]);
            self.at += len;
            Ok(len)
        }
    }

    fn open(bytes: &[u8], step: usize) -> Pipe {
        let bytes = bytes.to_vec();
        Pipe::new(Open { bytes, step, at: 0 }, QUICK).unwrap()
    }

    fn closed(bytes: &[u8]) -> Pipe {
        Pipe::new(io::Cursor::new(bytes.to_vec()), QUICK).unwrap()
    }

    const OBJECT: &[u8] = br#"{"a":["}\"\\",{"b":"{[\\"},[]],"c":"\u007d \"}"}"#;

    #[test]
    fn an_object_is_complete_although_the_pipe_is_open() {
        for step in 1..OBJECT.len() + 4 {
            let bytes = [b"\xEF\xBB\xBF \r\n\t", OBJECT, b"\n"].concat();
            assert_eq!(open(&bytes, step).object().unwrap(), OBJECT, "{step}");
        }
    }

    #[test]
    fn nothing_is_waited_for_behind_an_object() {
        let mut pipe = open(OBJECT, 7);
        pipe.object().unwrap();
        let began = Instant::now();
        pipe.drain();
        assert!(began.elapsed() < QUICK.silence, "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_behind_an_object_is_drained() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut pipe = Pipe::new(reader, PATIENT).unwrap();
        // Many times what a pipe holds.
        let host = thread::spawn(move || {
            writer.write_all(&[OBJECT, b" {"].concat())?;
            writer.write_all(&vec![b'x'; 1 << 20])
        });
        assert_eq!(pipe.object().unwrap(), OBJECT);
        pipe.drain();
        host.join().unwrap().unwrap();
    }

    #[test]
    fn what_is_too_long_or_none_is_drained() {
        for (begin, words) in [
            (
                &b"{\""[..],
                "the object on standard input has more than 1048576 bytes",
            ),
            (
                b" [",
                "what came on standard input is no JSON object: it begins with byte 0x5b",
            ),
        ] {
            let (reader, mut writer) = io::pipe().unwrap();
            let mut pipe = Pipe::new(reader, PATIENT).unwrap();
            let begin = begin.to_vec();
            let host = thread::spawn(move || {
                writer.write_all(&begin)?;
                writer.write_all(&vec![b'x'; 4 << 20])
            });
            assert_eq!(pipe.object().unwrap_err().to_string(), words);
            pipe.drain();
            host.join().unwrap().unwrap();
        }
    }

    #[test]
    fn an_object_that_does_not_end() {
        for (mut pipe, words) in [
            (closed(b""), "nothing came on standard input"),
            (closed(b" \n"), "nothing came on standard input"),
            (open(b"", 1), "nothing came on standard input"),
            (
                closed(b" {\"a\":1"),
                "standard input ended within the object, after 6 bytes of it",
            ),
            (
                open(b"{\"a\"", 2),
                "nothing came for 0.1 s, after 4 bytes of the object",
            ),
            (
                closed(b"null"),
                "what came on standard input is no JSON object: it begins with byte 0x6e",
            ),
        ] {
            assert_eq!(pipe.object().unwrap_err().to_string(), words);
            pipe.drain();
        }
    }

    #[test]
    fn ten_mebibytes_in_one_string() {
        let text = "line \\\" of {many}\\n".repeat(500_000);
        let object = format!("{{\"content\":\"{text}\"}}");
        let limits = Limits::default();
        let mut pipe = Pipe::new(io::Cursor::new(object.clone().into_bytes()), limits).unwrap();
        assert!(pipe.object().unwrap() == object.as_bytes());
    }

    #[test]
    fn an_error_of_the_pipe_is_one() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::PermissionDenied.into())
            }
        }
        let mut pipe = Pipe::new(Broken, QUICK).unwrap();
        let words = pipe.object().unwrap_err().to_string();
        assert_eq!(words, "standard input: permission denied");
        pipe.drain();
    }
}
