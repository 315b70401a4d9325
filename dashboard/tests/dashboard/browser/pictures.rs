//! Pictures of the page, for its documentation: `KILOWAT_PICTURES=FOLDER` names where they go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::Swarm;
use kilowat_swarm::messenger::{Fate, Message};
use kilowat_swarm::monitor::Run;
use kilowat_swarm::worker::Worker;
use serde_json::json;

use super::super::Folder;
use super::shown;

/// How long there is something to see before the pictures are taken.
const BUSY: Duration = Duration::from_secs(75);

/// Sends and remembers, in waves, until it is over.
fn work(swarm: &Swarm, is_over: &AtomicBool) {
    let reviews = swarm.queue("reviews").open().unwrap();
    let lints = swarm.queue("lints").open().unwrap();
    let monitor = swarm.monitor();
    let memory = swarm.memory();
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0_u64.. {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let wave = 12 + 10 * (round / 40 % 3) as usize;
        let message = || Message::json("review", &json!({"pull": round})).unwrap();
        reviews
            .send_batch(vec![message(); random.usize(wave / 2..wave)])
            .unwrap();
        lints.send(message()).unwrap();
        for key in 0..random.u32(3..9) {
            memory.put("plan", &format!("k-{key}"), &round).unwrap();
            memory.get::<u64>("plan", &format!("k-{key}")).unwrap();
        }
        let duration = Duration::from_micros(random.u64(1_400..2_600));
        let run = Run::new("post-edit", duration);
        monitor.record(&run.step("syntax", duration / 2).step("rules", duration / 5));
        std::thread::sleep(Duration::from_millis(random.u64(30..70)));
    }
}

#[test]
fn pictures() {
    let Some(pictures) = std::env::var_os("KILOWAT_PICTURES") else {
        return;
    };
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let folder = Folder::on(runtime, ".kilowat");
    let swarm = &folder.swarm;
    for (gauge, value) in [("coverage", 100.0), ("documentation", 98.4)] {
        swarm.monitor().set_gauge(gauge, value, "ci").unwrap();
    }
    let is_over = AtomicBool::new(false);
    let worker = Worker::new(swarm).name("builder-1").slots(4);
    let worker = worker
        .handle("reviews", |delivery| {
            std::thread::sleep(Duration::from_millis(5));
            match delivery.message().id.as_bytes()[14..] {
                [0..8, 0] => Fate::Dead("it is not a pull request".to_owned()),
                _ => Fate::Done,
            }
        })
        .handle("lints", |_| Fate::Done);
    let stopper = worker.stopper();
    std::thread::scope(|scope| {
        scope.spawn(|| work(swarm, &is_over));
        scope.spawn(|| worker.run().unwrap());
        if let Some((mut chromium, _running, _)) = shown(&folder) {
            std::thread::sleep(BUSY);
            for (name, width, height, scheme) in [
                ("light", 1240, 960, "light"),
                ("dark", 1240, 2_300, "dark"),
                ("phone", 390, 3_700, "light"),
            ] {
                chromium.look(width, 900, scheme);
                std::thread::sleep(Duration::from_millis(2_500));
                let path = std::path::Path::new(&pictures).join(format!("dashboard-{name}.png"));
                std::fs::write(path, chromium.picture(width, height)).unwrap();
            }
        }
        is_over.store(true, Ordering::Relaxed);
        stopper.stop();
    });
}
