//! JavaScript parsed to its tree, beside oxc, which runs as native code in the same process.
//!
//! - `KILOWAT_NPM=FOLDER cargo bench --features javascript --bench javascript`, where the folder is a copy of
//!   `tests/javascript-packages` after `npm ci --ignore-scripts`: packages as they are published.
//! - Without it, programs that are in the tree, made as long by repeating them.
//! - With `-- --test` everything once.
//!
//! Ours has all of its checks in the parse. oxc is asked once without those of its semantic analysis, and once with
//! them; it parses regular expressions, as ours does. The rows of one group run directly after one another.

mod oxc;
mod texts;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use kilowat::javascript::Goal;
use kilowat::{Cache, EngineKind, Runtime};

use texts::Corpus;

fn main() -> ExitCode {
    let corpora = match texts::corpora() {
        Ok(corpora) => corpora,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(250))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let [jit, interpreter] =
        [EngineKind::Jit, EngineKind::Interpreter].map(|tier| (tier, runtime(tier)));
    for corpus in &corpora.long {
        parse(&mut criterion, corpus, &[&jit]);
    }
    parse(
        &mut criterion,
        &corpora.thousand_lines,
        &[&jit, &interpreter],
    );
    asked(&mut criterion, &corpora.thousand_lines, &jit.1);
    ready(&mut criterion);
    criterion.final_summary();
    ExitCode::SUCCESS
}

/// A runtime of one tier, whose modules are compiled when this returns.
fn runtime(tier: EngineKind) -> Runtime {
    let runtime = Runtime::builder()
        .tiers([tier])
        .ignore_environment()
        .build()
        .expect("the list of tiers is one");
    runtime.wait_ready();
    runtime
}

/// The tree of each program, with all that is checked.
fn parse(criterion: &mut Criterion, corpus: &Corpus, runtimes: &[&(EngineKind, Runtime)]) {
    let mut group = criterion.benchmark_group(format!("javascript/parse/{}", corpus.name));
    group.throughput(Throughput::BytesDecimal(corpus.len() as u64));
    for (tier, runtime) in runtimes {
        let trees = || {
            let mut programs = corpus.programs.iter();
            programs.all(|text| {
                runtime
                    .javascript_parse(black_box(text.as_bytes()), corpus.goal)
                    .is_ok()
            })
        };
        assert!(trees(), "{} are programs", corpus.name);
        group.bench_function(tier.name(), |bencher| bencher.iter(trees));
    }
    for (name, checks) in [("oxc", false), ("oxc with its checks", true)] {
        let trees = || {
            let mut programs = corpus.programs.iter();
            programs.all(|text| oxc::parse(black_box(text), corpus.goal, checks))
        };
        assert!(trees(), "{} are programs", corpus.name);
        group.bench_function(name, |bencher| bencher.iter(trees));
    }
    group.finish();
}

/// What a tool asks after an edit: whether it parses, what it declares, how large it is; of one tree.
fn asked(criterion: &mut Criterion, corpus: &Corpus, runtime: &Runtime) {
    let mut group = criterion.benchmark_group(format!("javascript/asked/{}", corpus.name));
    let text = &corpus.programs[0];
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    group.bench_function("check, outline and metrics", |bencher| {
        bencher.iter(|| {
            let tree = runtime.javascript_parse(black_box(text.as_bytes()), corpus.goal);
            tree.is_ok_and(|tree| !tree.outline().is_empty() && tree.metrics().lines > 0)
        });
    });
    group.finish();
}

/// From nothing to the first tree, where the compiled module is in the cache.
fn ready(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let first_tree = || {
        let runtime = Runtime::builder()
            .tiers([EngineKind::Jit])
            .ignore_environment()
            .cache(Cache::Folder(folder.path().into()))
            .build()
            .expect("the list of tiers is one");
        let is_tree = runtime.javascript_parse(b"a", Goal::Script).is_ok();
        assert!(is_tree);
        runtime
    };
    first_tree().wait_ready();
    let mut group = criterion.benchmark_group("javascript/ready");
    group.bench_function("from the cache", |bencher| {
        bencher.iter_custom(|rounds| {
            (0..rounds)
                .map(|_| {
                    let began = Instant::now();
                    let runtime = first_tree();
                    let elapsed = began.elapsed();
                    // It goes on loading other modules, which is not asked for here.
                    runtime.wait_ready();
                    elapsed
                })
                .sum()
        });
    });
    group.finish();
}
