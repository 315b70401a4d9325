//! The module `string_ops`: both bodies of the streaming hashes, and the official vectors.

use kilowat::Runtime;
use kilowat_checker::checker::assert_sound;
use kilowat_kernels::string_ops;
use kilowat_operations::ops;
use kilowat_operations::prelude::*;

/// Both bodies of the streaming hashes on every engine, whichever each of them prefers.
macro_rules! fnv_bodies {
    ($($name:ident: $operation:ident by $export:ident),* $(,)?) => {
        $(
            struct $name;

            impl Operation for $name {
                const NAME: &'static str = ops::$operation::NAME;
                const SUMMARY: &'static str = ops::$operation::SUMMARY;
                const EXPORT: &'static Export = &string_ops::$export;
                const PARAMETERS: Names = ops::$operation::PARAMETERS;

                type Shape = <ops::$operation as Operation>::Shape;
                type Output = <ops::$operation as Operation>::Output;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    input: Input<'a, Self, B>,
                ) -> Result<Self::Output, CallError> {
                    ops::$operation::by(Self::EXPORT, frame, input)
                }
            }

            impl Native for $name {
                fn native(input: Input<'_, Self>) -> Self::Output {
                    ops::$operation::native(input)
                }

                fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                    ops::$operation::generate(generator, len)
                }

                fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                    ops::$operation::workload(generator, len)
                }
            }
        )*
    };
}

fnv_bodies! {
    Fnv1a32Planes: Fnv1a32Update by FNV1A32_UPDATE,
    Fnv1a32Serial: Fnv1a32Update by FNV1A32_SERIAL,
    Fnv1a64Planes: Fnv1a64Update by FNV1A64_UPDATE,
    Fnv1a64Serial: Fnv1a64Update by FNV1A64_SERIAL,
}

#[test]
fn fnv1a32_bodies() {
    assert_sound::<Fnv1a32Planes>();
    assert_sound::<Fnv1a32Serial>();
}

#[test]
fn fnv1a64_bodies() {
    assert_sound::<Fnv1a64Planes>();
    assert_sound::<Fnv1a64Serial>();
}

/// Test vectors of draft-eastlake-fnv and of the algorithm's public test suite, and the shortest
/// strings that hash to zero.
const FNV_VECTORS: [(&[u8], u32, u64); 13] = [
    (b"", 0x811c_9dc5, 0xcbf2_9ce4_8422_2325),
    (b"a", 0xe40c_292c, 0xaf63_dc4c_8601_ec8c),
    (b"b", 0xe70c_2de5, 0xaf63_df4c_8601_f1a5),
    (b"c", 0xe60c_2c52, 0xaf63_de4c_8601_eff2),
    (b"d", 0xe10c_2473, 0xaf63_d94c_8601_e773),
    (b"e", 0xe00c_22e0, 0xaf63_d84c_8601_e5c0),
    (b"f", 0xe30c_2799, 0xaf63_db4c_8601_ead9),
    (b"fo", 0x6222_e842, 0x0898_5907_b541_d342),
    (b"foo", 0xa9f3_7ed7, 0xdcb2_7518_fed9_d577),
    (b"foob", 0x3f50_76ef, 0xdd12_0e79_0c25_12af),
    (b"fooba", 0x39aa_a18a, 0xcac1_65af_a2fe_f40a),
    (b"foobar", 0xbf9c_f968, 0x8594_4171_f739_67e8),
    (b"Hello!\x01\xff\xed", 0xfd9d_3881, 0xbd51_ea70_94ee_6fa1),
];

fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap())
}

#[test]
fn fnv1a_vectors() {
    for runtime in runtimes() {
        for (text, hash_32, hash_64) in FNV_VECTORS {
            assert_eq!(runtime.fnv1a32(text).unwrap(), hash_32, "{text:?}");
            assert_eq!(runtime.fnv1a64(text).unwrap(), hash_64, "{text:?}");
        }
        assert_eq!(runtime.fnv1a32(&[0xcc, 0x24, 0x31, 0xc4]).unwrap(), 0);
        let zero = [0xd5, 0x6b, 0xb9, 0x53, 0x42, 0x87, 0x08, 0x36];
        assert_eq!(runtime.fnv1a64(&zero).unwrap(), 0);
    }
}
