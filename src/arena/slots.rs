//! Values behind handles that outlive them safely.

/// Names one value of a [`Slots`] for ever: no later value gets the same handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Handle {
    index: usize,
    generation: u64,
}

/// A handle of a value that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the handle is stale: what it named has been freed")]
pub(crate) struct StaleHandle;

/// Values by handle. A slot is used again, with the next generation; generations are counted over
/// all slots, so that none comes twice.
#[derive(Debug)]
pub(super) struct Slots<T> {
    /// Each with the generation of its value.
    entries: Vec<Option<(u64, T)>>,
    vacant: Vec<usize>,
    inserted: u64,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            vacant: Vec::new(),
            inserted: 0,
        }
    }
}

impl<T> Slots<T> {
    pub(super) fn insert(&mut self, value: T) -> Handle {
        let generation = self.inserted;
        self.inserted += 1;
        let index = self.vacant.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.entries.len() - 1
        });
        self.entries[index] = Some((generation, value));
        Handle { index, generation }
    }

    pub(super) fn get(&self, handle: Handle) -> Result<&T, StaleHandle> {
        match self.entries.get(handle.index) {
            Some(Some((generation, value))) if *generation == handle.generation => Ok(value),
            _ => Err(StaleHandle),
        }
    }

    pub(super) fn get_mut(&mut self, handle: Handle) -> Result<&mut T, StaleHandle> {
        match self.entries.get_mut(handle.index) {
            Some(Some((generation, value))) if *generation == handle.generation => Ok(value),
            _ => Err(StaleHandle),
        }
    }

    pub(super) fn remove(&mut self, handle: Handle) -> Result<T, StaleHandle> {
        let entry = self.entries.get_mut(handle.index).ok_or(StaleHandle)?;
        let (_, value) = entry
            .take_if(|(generation, _)| *generation == handle.generation)
            .ok_or(StaleHandle)?;
        self.vacant.push(handle.index);
        Ok(value)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().flatten().map(|(_, value)| value)
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.vacant.len()
    }

    /// How many values there ever were.
    pub(super) fn inserted(&self) -> u64 {
        self.inserted
    }
}
