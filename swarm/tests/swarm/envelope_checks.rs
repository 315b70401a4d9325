//! What is true of an envelope, whatever its bytes are. The fuzz target `envelope` runs it, too: it names nothing of
//! the tests.

use kilowat::crypto::Key;
use kilowat::{EngineKind, Runtime};
use kilowat_swarm::Id;
use kilowat_swarm::envelope::{Envelope, EnvelopeError, Header, Keyring, LONGEST_BODY, Priority};
use kilowat_swarm::memory::Format;

/// The bits of the first byte: the sum is put right, so that what stands behind it is reached; it is opened with
/// keys; and the bytes are a body that is sealed and then changed.
const SUMS_UP: u8 = 1;
const HAS_KEYS: u8 = 2;
const IS_BODY: u8 = 4;

/// Where the sum stands.
const SUM: std::ops::Range<usize> = 32..40;

/// The tiers that have to agree, and a key.
pub struct Checks {
    runtimes: Vec<Runtime>,
    keys: Keyring,
}

impl Checks {
    /// On these tiers.
    ///
    /// # Errors
    /// Where one of them does not start.
    pub fn new(tiers: &[EngineKind]) -> Result<Self, kilowat::Error> {
        let runtimes = tiers.iter().map(|tier| Runtime::with_engine(*tier));
        Ok(Self {
            runtimes: runtimes.collect::<Result<_, _>>()?,
            // What is found once is found again.
            keys: Keyring::new(&Key::from_bytes(&[7; 32]))?,
        })
    }

    /// Does with raw bytes what their first one says.
    ///
    /// # Errors
    /// In words, where what has to be true is not.
    pub fn run(&self, raw: &[u8]) -> Result<(), String> {
        let Some((how, bytes)) = raw.split_first() else {
            return Ok(());
        };
        if how & IS_BODY != 0 {
            return self.sealed(bytes);
        }
        let keys = (how & HAS_KEYS != 0).then_some(&self.keys);
        let mut bytes = bytes.to_vec();
        if how & SUMS_UP != 0 {
            self.sum_up(&mut bytes)?;
        }
        let mut opened = self.runtimes.iter().map(|runtime| {
            match Envelope::open_with(runtime, &bytes, LONGEST_BODY, keys) {
                Err(EnvelopeError::Runtime(error)) => Err(error.to_string()),
                opened => Ok(opened.ok()),
            }
        });
        let Some(first) = opened.next().transpose()? else {
            return Ok(());
        };
        for other in opened {
            if other? != first {
                return Err("the tiers open it differently".to_owned());
            }
        }
        match first {
            Some(envelope) => self.made_again(&envelope, keys),
            None => Ok(()),
        }
    }

    /// What was opened can be made and opened again.
    fn made_again(&self, envelope: &Envelope, keys: Option<&Keyring>) -> Result<(), String> {
        for runtime in &self.runtimes {
            let made = match envelope.make_with(runtime, LONGEST_BODY, keys) {
                Ok(made) => made,
                // It may have been written shorter than it is written here.
                Err(EnvelopeError::LongHeader { .. }) => return Ok(()),
                Err(error) => return Err(format!("it is not made again: {error}")),
            };
            let again = Envelope::open_with(runtime, &made, LONGEST_BODY, keys);
            match again {
                Ok(again) if again == *envelope => {}
                Ok(_) => return Err("it is another when it is made again".to_owned()),
                Err(error) => return Err(format!("it is not opened again: {error}")),
            }
        }
        Ok(())
    }

    /// Seals bytes, behind three that say which of them is changed and how, and has none of the tiers open that.
    fn sealed(&self, bytes: &[u8]) -> Result<(), String> {
        let Some((&[low, high, change], body)) = bytes.split_first_chunk() else {
            return Ok(());
        };
        let envelope = Envelope {
            id: Id::from_bytes([3; 16]),
            priority: Priority::Normal,
            format: Format::Bytes,
            header: Header::default(),
            body: body.to_vec(),
        };
        self.made_again(&envelope, Some(&self.keys))?;
        for runtime in &self.runtimes {
            let made = envelope.make_with(runtime, LONGEST_BODY, Some(&self.keys));
            let mut made = made.map_err(|error| error.to_string())?;
            let at = usize::from(u16::from_le_bytes([low, high])) % made.len();
            made[at] ^= change;
            self.sum_up(&mut made)?;
            let opened = Envelope::open_with(runtime, &made, LONGEST_BODY, Some(&self.keys));
            // The sum itself was put right.
            let is_as_it_was = change == 0 || SUM.contains(&at);
            if opened.is_ok() != is_as_it_was {
                return Err(format!("byte {at} was changed by {change:#04x}, unseen"));
            }
        }
        Ok(())
    }

    fn sum_up(&self, bytes: &mut [u8]) -> Result<(), String> {
        if bytes.len() < SUM.end {
            return Ok(());
        }
        let runtime = &self.runtimes[0];
        let around = [&bytes[..SUM.start], &bytes[SUM.end..]].concat();
        let sum = runtime
            .fnv1a64(&around)
            .map_err(|error| error.to_string())?;
        bytes[SUM].copy_from_slice(&sum.to_le_bytes());
        Ok(())
    }
}
