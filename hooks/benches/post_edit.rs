//! What an edit of 1,000 lines of JavaScript costs, with its report stored: on each tier, and each step apart.
//!
//! Criterion says how long it takes on the whole; the lines behind it have percentiles, as what a person feels is the
//! slow one in twenty.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use kilowat::{EngineKind, Runtime};
use kilowat_hooks::{Context, Pipeline};
use kilowat_swarm::{Place, Swarm};

/// How many edits percentiles are of.
const EDITS: usize = 2_000;

/// A module as people write them: 20 lines, fifty times.
fn source(seed: usize) -> String {
    let mut text = String::new();
    for number in 0..50 {
        let number = number + seed;
        let _ = write!(
            text,
            "/**
 * Says how much of order {number} is to be paid.
 * @param {{{{ items: Array<{{{{ price: number, count: number }}}}>, rebate?: number }}}} order
 */
export async function total{number}(order, {{ round = true, rates = new Map() }} = {{}}) {{
  const lines = order.items
    .filter((item) => item.count > 0 && !item.isGift)
    .map(({{ price, count }}) => price * count);
  let sum = 0;
  for (const line of lines) {{
    sum += line; // in cents
  }}
  const rate = rates.get(`order-${{order.id ?? {number}}}`) ?? 1.0;
  if (order.rebate && sum > 100) {{
    sum -= Math.min(order.rebate, sum / 10);
  }}
  const text = /^[a-z]+-(\\d+)$/u.exec(order.name)?.[1] ?? 'none';
  return {{ id: order.id, text, sum: round ? Math.round(sum * rate) : sum * rate }};
}}

"
        );
    }
    text
}

/// A project in which a file is edited again and again.
struct Ground {
    pipeline: Pipeline,
    texts: [String; 2],
    turn: usize,
}

impl Ground {
    fn new(folder: &Path, kind: EngineKind) -> Self {
        // A benchmark that has no folder cannot go on.
        let place = Place::at(folder.join(kind.name()));
        let runtime = Runtime::with_engine(kind).unwrap();
        let swarm = Swarm::builder()
            .runtime(runtime)
            .daily_backups(false)
            .open(&place)
            .unwrap();
        fs::write(folder.join("package.json"), "{}\n").unwrap();
        fs::write(
            folder.join(".editorconfig"),
            "root = true\n[*]\nindent_style = space\n",
        )
        .unwrap();
        fs::write(folder.join(".gitignore"), "node_modules\n/dist\n*.log\n").unwrap();
        let pipeline = Pipeline::new(&swarm, folder).unwrap();
        let texts = [source(0), source(1)];
        assert!(texts.iter().all(|text| text.lines().count() == 1_000));
        Self {
            pipeline,
            texts,
            turn: 0,
        }
    }

    /// Writes the file, which is not counted, and looks at it.
    fn edit(&mut self) -> (Duration, kilowat_hooks::Report) {
        self.turn += 1;
        let text = &self.texts[self.turn % 2];
        fs::write(self.pipeline.project().join("orders.js"), text).unwrap();
        let began = Instant::now();
        let report = self
            .pipeline
            .post_edit("orders.js".as_ref(), &Context::default());
        let elapsed = began.elapsed();
        let report = report.unwrap();
        assert!(report.stored.success && !report.unchanged, "{report:?}");
        (elapsed, report)
    }
}

/// Percentiles in milliseconds: 50, 95, 99.
fn percentiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [50, 95, 99].map(|percent| values[(values.len() - 1) * percent / 100])
}

fn post_edit(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    for kind in EngineKind::ALL {
        let mut ground = Ground::new(folder.path(), kind);
        // Modules are loaded, and statements prepared.
        for _ in 0..20 {
            ground.edit();
        }
        criterion.bench_function(
            &format!("post-edit of 1000 lines, {}", kind.name()),
            |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| black_box(ground.edit()).0).sum());
            },
        );
        let mut all = Vec::with_capacity(EDITS);
        let mut steps = BTreeMap::<String, Vec<f64>>::new();
        for _ in 0..EDITS {
            let (elapsed, report) = ground.edit();
            all.push(elapsed.as_secs_f64() * 1e3);
            for step in report.durations.steps {
                steps.entry(step.name).or_default().push(step.millis);
            }
        }
        let say = |name: &str, values| {
            let [p50, p95, p99] = percentiles(values);
            println!(
                "{:12} {name:10} p50 {p50:7.3} ms  p95 {p95:7.3} ms  p99 {p99:7.3} ms",
                kind.name()
            );
        };
        say("all", all);
        for (name, values) in steps {
            say(&name, values);
        }
    }
}

criterion_group!(benches, post_edit);
criterion_main!(benches);
