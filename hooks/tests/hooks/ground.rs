//! A project of its own for a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use kilowat::{EngineKind, Runtime};
use kilowat_hooks::{Budgets, Context, Pipeline, Report};
use kilowat_swarm::{Builder, Place, Swarm};
use tempfile::TempDir;

/// Most tests are not about tiers. This one names places as kernels do, and is ready sooner than the other.
static INTERPRETER: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::with_engine(EngineKind::Interpreter).unwrap());

/// A project, with a swarm in it.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        Self { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders that it is in.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn place(&self) -> Place {
        Place::at(self.path(".kilowat"))
    }

    pub(crate) fn builder() -> Builder {
        Swarm::builder()
            .runtime(INTERPRETER.clone())
            .daily_backups(false)
    }

    pub(crate) fn swarm(&self) -> Swarm {
        Self::builder().open(&self.place()).unwrap()
    }

    /// A pipeline whose steps have all the time that they need, on however busy a machine.
    pub(crate) fn pipeline(&self) -> Pipeline {
        self.pipeline_of(&self.swarm())
    }

    pub(crate) fn pipeline_of(&self, swarm: &Swarm) -> Pipeline {
        let pipeline = Pipeline::new(swarm, self.folder()).unwrap();
        pipeline.budgets(Budgets::each(Duration::from_mins(5)))
    }

    /// What a file of this name and text is said of.
    pub(crate) fn look(&self, name: &str, text: impl AsRef<[u8]>) -> Report {
        self.write(name, text);
        self.report(name, &Context::default())
    }

    pub(crate) fn report(&self, name: &str, context: &Context) -> Report {
        self.pipeline().post_edit(name.as_ref(), context).unwrap()
    }
}

/// The rules that have found something, with line and column, in order.
pub(crate) fn found(report: &Report) -> Vec<String> {
    let found = report.findings.iter().map(|placed| {
        let rule = &placed.finding.rule;
        format!("{rule} {}:{}", placed.line, placed.column)
    });
    found.collect()
}

/// Those of one step.
pub(crate) fn found_by(report: &Report, step: &str) -> Vec<String> {
    let mut report = report.clone();
    report.findings.retain(|placed| placed.step == step);
    found(&report)
}
