//! Calls what a program with these features has, and asks for what it has not. It panics where something is
//! not as it should be.

use kilowat::doctor::Doctor;
use kilowat::{EngineKind, Error, Runtime, Tiers, Value};

include!("features.rs");

const DIGEST: [u8; 4] = [0xba, 0x78, 0x16, 0xbf];

fn main() -> Result<(), Error> {
    assert_eq!(std::env::var("KILOWAT_TIERS").as_deref(), Ok("jit"));
    let is_on = |feature: &str| FEATURES.contains(&feature);
    let builder = || Runtime::builder().ignore_environment();
    let without = |feature: &str| format!("this program is built without the feature `{feature}`");

    // Every way to call what there is.
    let runtime = builder().shadow(1.0).build()?;
    assert_eq!(runtime.sha256(b"abc")?[..4], DIGEST);
    let outcome = runtime.execute("sha256", "sha256", &[Value::Bytes(b"abc".to_vec())])?;
    assert!(is_on(outcome.tier.name()));
    let buffer = runtime.upload("sha256", b"abc")?;
    assert_eq!(buffer.sha256()?[..4], DIGEST);
    runtime.wait_compared();

    // Nothing else is listed.
    assert!(kilowat::modules::operations().any(|operation| operation.name == "sha256"));
    assert!(kilowat::modules::operations().all(|operation| is_on(operation.module)));
    for module in runtime.modules() {
        assert!(is_on(&module.name));
        assert!(module.tiers.iter().all(|known| is_on(known.tier.name())));
    }
    let report = runtime.report();
    assert!(report.breakers.iter().all(|breaker| is_on(breaker.tier.name())));
    assert!(runtime.execute("sha256", "sha265", &[]).is_err());

    // A tier that there is not is refused, whoever asks for it.
    let doctor = Doctor::new(builder())?;
    for tier in EngineKind::ALL {
        assert_eq!(tier.is_built_in(), is_on(tier.name()));
        assert_eq!(runtime.tiers().contains(tier), is_on(tier.name()));
        let examination = doctor.examine(tier);
        match builder().tiers([tier]).build() {
            Ok(alone) => {
                assert!(is_on(tier.name()));
                assert_eq!(alone.sha256(b"abc")?[..4], DIGEST);
                assert!(examination.faults.is_empty(), "{:?}", examination.faults);
                assert!(examination.right_answers > 0);
            }
            Err(error) => {
                assert!(matches!(error, Error::Tiers(_)));
                assert_eq!(error.to_string(), without(tier.name()));
                assert!(!examination.faults.is_empty());
            }
        }
    }
    if !is_on("jit") {
        let error = Runtime::builder().build().map(drop).unwrap_err();
        let cause = without("jit");
        let expected = format!("the environment variable KILOWAT_TIERS is `jit`: {cause}");
        assert_eq!(error.to_string(), expected);
        assert!(doctor.cache().is_none());
    }
    if !is_on("native") {
        runtime.set_policy(Tiers::NATIVE.into());
        let error = runtime.sha256(b"abc").unwrap_err();
        let cause = without("native");
        let expected = format!("no tier can answer `sha256`: native: {cause}");
        assert!(matches!(error, Error::NoTier(_)));
        assert_eq!(error.to_string(), expected);
    }
    Ok(())
}
