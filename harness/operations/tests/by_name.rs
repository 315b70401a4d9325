//! Operations that are called by name, with values that are chosen at run time.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use kilowat_engine::EngineKind;
use kilowat_operations::frame::{Frame, Span};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    self, ALL, AnyOperation, Argument, ArgumentError, HmacSha256, Kind, Listed, OperationError,
    Value,
};
use kilowat_operations::session::{Library, Session};

/// Module, operation and arguments: what operations are mostly for, and what they refuse.
const CALLS: &str = r#"
string_ops fnv1a32 [{"bytes":"666f6f626172"}]
string_ops fnv1a64 [{"bytes":"666f6f626172"}]
string_ops fnv1a32_update [{"integer":2166136261},{"bytes":"666f6f626172"}]
string_ops fnv1a32_update [{"integer":4294967296},{"bytes":"666f6f626172"}]
string_ops fnv1a32 [{"text":"foobar"}]
string_ops fnv1a64_update [{"integer":14695981039346656037},{"bytes":"666f6f626172"}]
string_ops fnv1a32_batch [{"bytes_list":["","61"]}]
string_ops fnv1a64_batch [{"bytes_list":["","61"]}]
string_ops fnv1a64_batch [{"list":[{"bytes":""},{"text":"a"}]}]
string_ops fnv1a64_batch [{"list":[{"bytes":""},{"integer":97}]}]
string_ops compare [{"bytes":"61"},{"bytes":"6162"}]
string_ops compare [{"text":"a"},{"bytes":"6162"}]
string_ops search [{"bytes":"616263"},{"bytes":"63"}]
string_ops search [{"bytes":"616263"},{"bytes":"64"}]
string_ops search_all [{"bytes":"616161"},{"bytes":"61"},{"integer":2}]
string_ops search_all [{"bytes":""},{"bytes":""},{"integer":4294967296}]
string_ops search_all [{"bytes":""},{"bytes":""},{"signed":-1}]
memory_ops copy [{"bytes":"010203"},{"integer":0},{"integer":1},{"integer":2}]
memory_ops copy [{"bytes":"010203"},{"integer":2},{"integer":0},{"integer":2}]
memory_ops copy [{"bytes":"010203"},{"integer":0},{"integer":0},{"integer":4}]
memory_ops fill [{"integer":255},{"integer":3}]
memory_ops fill [{"integer":256},{"integer":3}]
memory_ops equal [{"bytes":"01"},{"bytes":"02"}]
memory_ops equal [{"bytes":"01"},{"bytes":"0102"}]
memory_ops mismatch [{"bytes":"0101"},{"bytes":"0102"}]
memory_ops memory_compare [{"bytes":"0101"},{"bytes":"0002"}]
memory_ops aggregate [{"numbers":[1,2.5,-4]}]
memory_ops aggregate [{"numbers":[1.7e308,1.7e308]}]
memory_ops aggregate [{"numbers":[1,"-inf"]}]
memory_ops aggregate [{"numbers":[7]}]
memory_ops aggregate [{"numbers":[]}]
memory_ops aggregate_update [{"bytes":""},{"numbers":[1,2.5,-4]}]
memory_ops aggregate_update [{"bytes":""},{"numbers":[1,"inf"]}]
memory_ops aggregate_update [{"bytes":"00"},{"numbers":[1]}]
memory_ops aggregate_deviations [{"bytes":""},{"numbers":[1,2.5,-4]}]
memory_ops aggregate_ranges [{"numbers":[1,1.5,2,1]},{"number":1},{"number":1.0000000000000007}]
memory_ops aggregate_ranges [{"numbers":[]},{"number":2},{"number":1}]
memory_ops aggregate_ranges [{"numbers":[1]},{"number":0},{"number":"inf"}]
memory_ops aggregate_between [{"numbers":[1,1.5,2,1,-0.0]},{"number":0},{"number":1.75}]
memory_ops aggregate_between [{"numbers":[1]},{"number":"-inf"},{"number":1}]
sha256 sha256 [{"bytes":"616263"}]
sha256 sha256_update [{"bytes":""},{"bytes":"616263"}]
sha256 sha256_update [{"bytes":"00"},{"bytes":"616263"}]
sha256 sha256_finish [{"bytes":""}]
sha256 sha256_batch [{"bytes_list":["616263",""]}]
sha512 sha512 [{"bytes":"616263"}]
sha512 sha512_update [{"bytes":""},{"bytes":"616263"}]
sha512 sha512_update [{"bytes":"00"},{"bytes":"616263"}]
sha512 sha512_finish [{"bytes":""}]
blake3 blake3 [{"bytes":"616263"},{"integer":32}]
blake3 blake3 [{"bytes":"616263"},{"integer":70}]
blake3 blake3_keyed [{"bytes":"7768617473207468652045bc7669736820776f726420666f7220667269656e64"},{"bytes":"616263"},{"integer":32}]
blake3 blake3_keyed [{"bytes":"00"},{"bytes":"616263"},{"integer":32}]
blake3 blake3_update [{"bytes":"00"},{"bytes":"616263"}]
blake3 blake3_finish [{"bytes":""},{"integer":32}]
md5 md5 [{"bytes":"616263"}]
md5 md5_update [{"bytes":""},{"bytes":"616263"}]
md5 md5_finish [{"bytes":""}]
md5 md5_batch [{"bytes_list":["616263",""]}]
lz4 lz4_compress [{"bytes":"616263"},{"integer":4}]
lz4 lz4_compress [{"bytes":"616263"},{"integer":3}]
lz4 lz4_decompress [{"bytes":"30616263"},{"integer":10}]
lz4 lz4_decompress [{"bytes":"ff"},{"integer":10}]
lz4 lz4_frame_compress [{"bytes":"616263"},{"integer":0},{"integer":30}]
lz4 lz4_frame_compress [{"bytes":"616263"},{"integer":16488},{"integer":30}]
lz4 lz4_frame_compress [{"bytes":"616263"},{"integer":0},{"integer":3}]
lz4 lz4_frame_compress [{"bytes":"616263"},{"integer":16385},{"integer":30}]
lz4 lz4_frame_decompress [{"bytes":"04224d1868400300000000000000870300008061626300000000"},{"integer":3}]
lz4 lz4_frame_decompress [{"bytes":"04224d18"},{"integer":3}]
lz4 lz4_frame_content_size [{"bytes":"502a4d1800000000"}]
lz4 lz4_frame_content_size [{"bytes":""}]
lz4 lz4_frame_encode [{"bytes":"00"},{"bytes":"616263"},{"integer":1},{"integer":30}]
lz4 lz4_frame_encode [{"bytes":""},{"bytes":"616263"},{"integer":1},{"integer":10}]
lz4 lz4_frame_encode [{"bytes":""},{"bytes":"616263"},{"integer":3},{"integer":30}]
lz4 lz4_frame_decode [{"bytes":""},{"bytes":""},{"bytes":"502a4d180400000001"},{"integer":0},{"bool":false}]
lz4 lz4_frame_decode [{"bytes":""},{"bytes":""},{"bytes":"502a4d180000000000000000"},{"integer":0},{"bool":false}]
lz4 lz4_frame_decode [{"bytes":"00"},{"bytes":""},{"bytes":""},{"integer":0},{"bool":false}]
aead aes_gcm_seal [{"bytes":"00000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"00000000000000000000000000000000"},{"integer":32}]
aead aes_gcm_seal [{"bytes":"00000000000000000000000000000000"},{"bytes":""},{"bytes":""},{"bytes":""},{"integer":16}]
aead aes_gcm_seal [{"bytes":"00"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":""},{"integer":16}]
aead aes_gcm_open [{"bytes":"00000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},{"integer":16}]
aead aes_gcm_open [{"bytes":"00000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":"61"},{"bytes":"0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},{"integer":16}]
aead xaes_256_gcm_seal [{"bytes":"0101010101010101010101010101010101010101010101010101010101010101"},{"bytes":"4142434445464748494a4b4c4d4e4f505152535455565758"},{"bytes":""},{"bytes":"584145532d3235362d47434d"},{"integer":28}]
aead xaes_256_gcm_open [{"bytes":"0101010101010101010101010101010101010101010101010101010101010101"},{"bytes":"4142434445464748494a4b4c4d4e4f505152535455565758"},{"bytes":""},{"bytes":"ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},{"integer":12}]
aead chacha20_poly1305_seal [{"bytes":"0000000000000000000000000000000000000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"616263"},{"integer":19}]
aead chacha20_poly1305_seal [{"bytes":"0000000000000000000000000000000000000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"616263"},{"integer":18}]
aead chacha20_poly1305_open [{"bytes":"0000000000000000000000000000000000000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"616263"},{"integer":3}]
aead xchacha20_poly1305_seal [{"bytes":"0000000000000000000000000000000000000000000000000000000000000000"},{"bytes":"000000000000000000000000000000000000000000000000"},{"bytes":""},{"bytes":"616263"},{"integer":19}]
aead xchacha20_poly1305_open [{"bytes":"0000000000000000000000000000000000000000000000000000000000000000"},{"bytes":"000000000000000000000000"},{"bytes":""},{"bytes":"616263"},{"integer":3}]
aead ct_equal [{"bytes":"616263"},{"bytes":"616263"}]
aead ct_equal [{"bytes":"616263"},{"bytes":"616264"}]
kdf hmac_sha256 [{"bytes":"4a656665"},{"bytes":"7768617420646f2079612077616e7420666f72206e6f7468696e673f"}]
kdf hmac_sha256_init [{"bytes":"4a656665"}]
kdf hmac_sha256_update [{"bytes":""},{"bytes":"616263"}]
kdf hmac_sha256_finish [{"bytes":"00"}]
kdf hkdf_extract [{"bytes":"000102030405060708090a0b0c"},{"bytes":"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"}]
kdf hkdf_expand [{"bytes":"077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"},{"bytes":"f0f1f2f3f4f5f6f7f8f9"},{"integer":42}]
kdf hkdf_expand [{"bytes":"077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"},{"bytes":""},{"integer":8161}]
kdf pbkdf2_sha256 [{"bytes":"706173737764"},{"bytes":"73616c74"},{"integer":1},{"integer":64}]
kdf pbkdf2_sha256 [{"bytes":"706173737764"},{"bytes":"73616c74"},{"integer":0},{"integer":64}]
kdf pbkdf2_sha256 [{"bytes":"706173737764"},{"bytes":"73616c74"},{"integer":10000001},{"integer":64}]
kdf hkdf_expand [{"bytes":"077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3"},{"bytes":""},{"integer":32}]
json json_validate [{"bytes":"5b315d"},{"integer":1}]
json json_validate [{"bytes":"5b315d"},{"integer":0}]
json json_parse [{"bytes":"5b315d"},{"integer":1},{"integer":24}]
json json_parse [{"bytes":"5b315d"},{"integer":1},{"integer":23}]
json json_parse [{"bytes":"2d316539393939"},{"integer":1},{"integer":24}]
json json_escape [{"bytes":"610a"},{"integer":3}]
json json_escape [{"bytes":"610a"},{"integer":2}]
json json_escape [{"bytes":"61ff"},{"integer":9}]
json json_unescape [{"bytes":"615c6e"},{"integer":2}]
json json_minify [{"bytes":"5b2031205d"},{"integer":1},{"integer":3}]
json json_minify [{"bytes":"5b2031205d"},{"integer":0},{"integer":3}]
json json_serialize [{"bytes":"18010000400000000800000000000000"},{"bool":false},{"bool":false},{"integer":0},{"integer":9}]
json json_serialize [{"bytes":"18010000200000000800000000000000"},{"bool":true},{"bool":false},{"integer":2},{"integer":9}]
json json_serialize [{"bytes":"18010000200000000300000000000000"},{"bool":true},{"bool":true},{"integer":1},{"integer":12}]
json json_serialize [{"bytes":"18010000200000000800000000000000"},{"bool":true},{"bool":false},{"integer":2},{"integer":12}]
json json_get [{"bytes":"18010000200000000800000000000000"},{"bytes":"2f30"}]
json json_get [{"bytes":"18010000200000000800000000000000"},{"bytes":"2f31"}]
json json_get [{"bytes":"18010000200000000800000000000000"},{"bytes":"30"}]
deflate inflate [{"bytes":"010300fcff616263"},{"bytes":""},{"bool":false},{"integer":3}]
deflate inflate [{"bytes":"010300fcff616263"},{"bytes":""},{"bool":false},{"integer":2}]
deflate inflate [{"bytes":"07"},{"bytes":""},{"bool":false},{"integer":3}]
deflate inflate [{"bytes":"010300fcff61626364"},{"bytes":""},{"bool":true},{"integer":3}]
deflate zlib_decompress [{"bytes":"7801010300fcff616263024d0127"},{"bytes":""},{"bool":false},{"integer":3}]
deflate zlib_decompress [{"bytes":"7801010300fcff616263024d0128"},{"bytes":""},{"bool":false},{"integer":3}]
deflate zlib_decompress [{"bytes":"78bb00000000"},{"bytes":""},{"bool":false},{"integer":3}]
deflate gzip_decompress [{"bytes":"1f8b08000000000000ff010300fcff616263c241243503000000"},{"bool":false},{"integer":3}]
deflate gzip_decompress [{"bytes":"1f8b07"},{"bool":false},{"integer":3}]
deflate gzip_decompress [{"bytes":"1f8b0820"},{"bool":false},{"integer":3}]
deflate inflate_update [{"bytes":""},{"bytes":""},{"bytes":"010300fcff6162"},{"integer":2},{"integer":3}]
deflate inflate_update [{"bytes":"00"},{"bytes":""},{"bytes":""},{"integer":0},{"integer":3}]
deflate inflate_update [{"bytes":""},{"bytes":""},{"bytes":""},{"integer":12},{"integer":3}]
brotli brotli_decompress [{"bytes":"3000107761747403"},{"integer":4}]
brotli brotli_decompress [{"bytes":"3000107761747403"},{"integer":3}]
brotli brotli_decompress [{"bytes":"1116"},{"integer":4}]
brotli brotli_compress [{"bytes":"77617474"},{"integer":0},{"integer":12},{"integer":22},{"integer":0},{"bool":false},{"integer":36}]
brotli brotli_compress [{"bytes":"77617474"},{"integer":0},{"integer":5},{"integer":22},{"integer":0},{"bool":false},{"integer":3}]
brotli brotli_decode [{"bytes":"00"},{"bytes":""},{"bytes":""},{"bool":false},{"integer":4}]
lz4 xxh32 [{"bytes":""},{"integer":0}]
lz4 xxh32 [{"bytes":""},{"integer":-1}]
lz4 xxh32_update [{"bytes":""},{"bytes":"616263"}]
lz4 xxh32_finish [{"bytes":""}]
text utf8_validate [{"bytes":"c3a9"}]
text utf8_validate [{"bytes":"61c328"}]
text utf8_validate [{"bytes":"61c3"}]
text utf8_count [{"bytes":"61c3a9f09f9880"}]
text utf16_len [{"bytes":"61c3a9f09f9880"}]
text crc32 [{"bytes":"313233343536373839"}]
text crc32_update [{"integer":0},{"bytes":"313233343536373839"}]
text crc32c [{"bytes":"313233343536373839"}]
text crc32c_update [{"integer":0},{"bytes":"313233343536373839"}]
text adler32 [{"bytes":"313233343536373839"}]
text adler32_update [{"integer":1},{"bytes":"313233343536373839"}]
text hex_encode [{"bytes":"0aff"},{"bool":true},{"integer":4}]
text hex_encode [{"bytes":"0aff"},{"bool":false},{"integer":3}]
text hex_decode [{"bytes":"30416666"},{"integer":2}]
text hex_decode [{"bytes":"304167"},{"integer":1}]
text hex_decode [{"bytes":"304166"},{"integer":1}]
text base64_encode [{"bytes":"fbff"},{"bool":false},{"bool":false},{"integer":4}]
text base64_encode [{"bytes":"fbff"},{"bool":true},{"bool":true},{"integer":3}]
text base64_encode [{"bytes":"fbff"},{"bool":true},{"bool":false},{"integer":3}]
text base64_decode [{"bytes":"2b2f383d"},{"bool":false},{"bool":false},{"integer":2}]
text base64_decode [{"bytes":"2b2f393d"},{"bool":false},{"bool":false},{"integer":2}]
text base64_decode [{"bytes":"2d5f38"},{"bool":false},{"bool":true},{"integer":2}]
text base64_decode [{"bytes":"2b3d"},{"bool":false},{"bool":false},{"integer":2}]
text base64_decode [{"bytes":"2b2f38"},{"bool":false},{"bool":false},{"integer":2}]
text lines [{"bytes":"610ae280a862"},{"bool":true},{"integer":3}]
"#;

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../snapshots/operations"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn arguments(values: &[Value]) -> Vec<Argument<'_>> {
    values.iter().map(Argument::from).collect()
}

fn sessions() -> Vec<Session> {
    let session = |engine| Library::new(engine).unwrap().unwrap().session();
    EngineKind::WASM.into_iter().map(session).collect()
}

/// The answer of the engines, which has to be one, and right; as has native code's.
fn answer(operation: &dyn AnyOperation, values: &[Value]) -> Result<Value, OperationError> {
    answer_on(&mut sessions(), operation, values)
}

fn answer_on(
    sessions: &mut [Session],
    operation: &dyn AnyOperation,
    values: &[Value],
) -> Result<Value, OperationError> {
    let values = &arguments(values);
    let mut answers = vec![operation.native_values(values)];
    for session in sessions {
        let mut frame = session.frame(operation.export().module).unwrap();
        answers.push(operation.run_values(&mut frame, values).unwrap());
    }
    for answer in &answers {
        assert!(
            operation.is_right(values, answer),
            "{}: {answer:?}",
            operation.name()
        );
    }
    let answer = answers.pop().unwrap();
    assert!(answers[1..].iter().all(|other| *other == answer));
    answer
}

/// A value of each kind, as it is written in JSON.
#[test]
fn values_in_json() {
    let mut report = String::new();
    for value in [
        Value::Nothing,
        Value::Bool(true),
        Value::Integer(u64::MAX),
        Value::Integers(vec![0, 1]),
        Value::Signed(i64::MIN),
        Value::Number(-0.5),
        Value::Number(f64::NEG_INFINITY),
        Value::Numbers(vec![1.0, f64::INFINITY]),
        Value::Bytes(vec![0, 255]),
        Value::BytesList(vec![Vec::new(), vec![7]]),
        Value::Text("kilo \"watt\" 🔌".to_owned()),
        Value::Order(Ordering::Less),
        Value::List(vec![Value::Nothing, Value::List(vec![Value::Signed(-1)])]),
        Value::Map([("key".to_owned(), Value::Text(String::new()))].into()),
        Value::Output(16),
    ] {
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        let kind = value.kind();
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        writeln!(report, "{text}").unwrap();
    }
    snapshot("values", &report);
}

#[test]
fn calls_by_name_in_json() {
    let mut report = String::new();
    for call in CALLS.trim().lines() {
        let words: Vec<&str> = call.split(' ').collect();
        let [module, name, arguments] = words[..] else {
            panic!("{call}");
        };
        let operation = ops::find(module, name).unwrap_or_else(|| panic!("{module} {name}"));
        let text = match serde_json::from_str::<Vec<Value>>(arguments) {
            Ok(values) => {
                let again = serde_json::to_string(&values).unwrap();
                assert_eq!(serde_json::from_str::<Vec<Value>>(&again).unwrap(), values);
                match answer(operation, &values) {
                    Ok(value) => {
                        let text = serde_json::to_string(&value).unwrap();
                        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
                        text
                    }
                    Err(error) => format!("error: {error}"),
                }
            }
            Err(error) => format!("not values: {error}"),
        };
        writeln!(report, "{call}\n  {text}").unwrap();
    }
    snapshot("calls_by_name", &report);
}

/// What an operation answers by name is what it answers otherwise, whatever the tier.
#[test]
fn every_operation_answers_by_name() {
    let mut sessions = sessions();
    for operation in ALL {
        let name = operation.name();
        let mut called = 0;
        for (len, seed) in [
            (0, 0),
            (1, 1),
            (40, 2),
            (300, 3),
            (3_000, 4),
            (64, 5),
            (100, 6),
        ] {
            let case = operation.generate(&mut Generator::new(seed, &[]), len);
            // Some have no name, such as a copy to somewhere else.
            let Some(values) = case.arguments() else {
                continue;
            };
            called += 1;
            let values = arguments(&values);
            assert_eq!(
                operation.native_values(&values),
                case.native().by_name().map_err(OperationError::from),
                "{name} {len}"
            );
            for session in &mut sessions {
                let mut frame = session.frame(operation.export().module).unwrap();
                let by_name = operation.run_values(&mut frame, &values).unwrap();
                let expected = case.kernel(&mut frame).unwrap().by_name();
                let expected = expected.map_err(OperationError::from);
                assert_eq!(by_name, expected, "{name} {len}");
            }
        }
        assert!(called > 0, "{name}");
    }
}

/// The state of a message in pieces goes from one call to the next, and from tier to tier.
#[test]
fn messages_in_pieces() {
    for (module, whole, update, finish) in [
        ("sha256", "sha256", "sha256_update", "sha256_finish"),
        ("sha512", "sha512", "sha512_update", "sha512_finish"),
        ("md5", "md5", "md5_update", "md5_finish"),
        ("lz4", "xxh32", "xxh32_update", "xxh32_finish"),
    ] {
        let call = |name: &str, values: &[Value]| {
            let operation = ops::find(module, name).unwrap();
            answer(operation, values).unwrap()
        };
        let bytes = |text: &str| Value::Bytes(text.into());
        let state = call(update, &[bytes(""), bytes("in ")]);
        let state = call(update, &[state, bytes("pieces")]);
        let message = bytes("in pieces");
        let whole = match whole {
            "xxh32" => call(whole, &[message, Value::Integer(0)]),
            _ => call(whole, &[message]),
        };
        assert_eq!(call(finish, &[state]), whole);
    }
}

fn field(record: &Value, name: &str) -> Value {
    match record {
        Value::Map(fields) => fields[name].clone(),
        other => panic!("{other:?} has no field {name}"),
    }
}

fn len(integer: &Value) -> usize {
    match integer {
        Value::Integer(value) => usize::try_from(*value).unwrap(),
        other => panic!("{other:?} is no length"),
    }
}

/// Takes all of a piece for a frame that goes on.
const FLUSH: u64 = 2;

/// Frames are made and read a piece at a time: what comes of a step says what the next one is to have.
/// Whatever bytes are given for a state, all tiers take them for the same.
#[test]
fn frames_in_pieces() {
    let [compress, encode, decode] = ["lz4_frame_compress", "lz4_frame_encode", "lz4_frame_decode"]
        .map(|name| ops::find("lz4", name).unwrap());
    let mut sessions = sessions();
    let mut answer = |operation, values: &[Value]| answer_on(&mut sessions, operation, values);
    let mut generator = Generator::new(6, &[]);
    let content = generator.source_text(150_000);
    // Blocks of 64 KiB: linked, with the content's size and checksum; independent, with nothing.
    for (flags, middle) in [
        (0x404c_u32, 0),
        (0x4060, 0),
        (0x404c, FLUSH),
        (0x4060, FLUSH),
    ] {
        let mut start = vec![0; 44 + 16_384];
        start[4..8].copy_from_slice(&flags.to_le_bytes());
        start[8..16].copy_from_slice(&150_000_u64.to_le_bytes());
        let mut states = Vec::new();

        let mut state = Value::Bytes(start);
        let (mut frame, mut taken, mut history) = (Vec::new(), 0, 0);
        for end in [70_001, 150_000] {
            let piece = content[taken - history..end].to_vec();
            let values = vec![
                state,
                Value::Bytes(piece),
                Value::Integer(if end == content.len() { 1 } else { middle }),
                Value::Integer(200_000),
            ];
            let step = answer(encode, &values).unwrap();
            states.push((encode, values));
            state = field(&step, "state");
            history = len(&field(&step, "history"));
            taken += len(&field(&step, "consumed"));
            let Value::Bytes(bytes) = field(&step, "bytes") else {
                panic!("{step:?}");
            };
            frame.extend(bytes);
        }
        let values = [
            Value::Bytes(content.clone()),
            Value::Integer(flags.into()),
            Value::Integer(200_000),
        ];
        let whole = answer(compress, &values).unwrap();
        assert!((whole == Value::Bytes(frame.clone())) == (middle != FLUSH));

        let mut state = Value::Bytes(Vec::new());
        let (mut read, mut taken) = (Vec::new(), 0);
        for end in [frame.len() / 2, frame.len()] {
            let values = vec![
                state,
                Value::Bytes(read.clone()),
                Value::Bytes(frame[taken..end].to_vec()),
                Value::Integer(200_000),
                Value::Bool(false),
            ];
            let step = answer(decode, &values).unwrap();
            states.push((decode, values));
            state = field(&step, "state");
            taken += len(&field(&step, "consumed"));
            assert_eq!(field(&step, "may_end"), Value::Bool(end == frame.len()));
            let Value::Bytes(bytes) = field(&step, "bytes") else {
                panic!("{step:?}");
            };
            read.extend(bytes);
        }
        assert!(read == content);

        let (mut refused, mut taken) = (0, 0);
        for (operation, values) in states {
            for _ in 0..40 {
                let mut values = values.clone();
                let Value::Bytes(state) = &mut values[0] else {
                    panic!("a state is bytes");
                };
                if state.is_empty() {
                    state.resize(68, 0);
                }
                let fields = state.len().min(68);
                let place = match generator.number(0..=2) {
                    0 => generator.number(0..=state.len() - 1),
                    _ => generator.number(0..=fields - 1),
                };
                state[place] ^= 1 << generator.number(0..=7);
                match answer(operation, &values) {
                    Err(OperationError::Argument(_)) => refused += 1,
                    _ => taken += 1,
                }
            }
        }
        assert!(
            refused > 10 && taken > 10,
            "{refused} refused, {taken} taken"
        );
    }
}

/// Every operation with each byte string in turn, and then all of them, standing in the kernel's memory
/// already.
#[test]
fn byte_strings_may_stand_in_memory_already() {
    let mut refused = BTreeSet::new();
    for engine in EngineKind::WASM {
        let mut session = Library::new(engine).unwrap().unwrap().session();
        for (operation, len) in ALL.iter().flat_map(|known| [(*known, 1), (*known, 300)]) {
            let values = ops::arguments(operation, len).unwrap();
            let mut frame = session.frame(operation.export().module).unwrap();
            let copied = operation.run_values(&mut frame, &arguments(&values));
            let copied = copied.unwrap();
            for only in (0..values.len()).map(Some).chain([None]) {
                let mut frame = session.frame(operation.export().module).unwrap();
                let mut resident = Vec::new();
                let mut arguments = arguments(&values);
                for (place, value) in values.iter().enumerate() {
                    if let Value::Bytes(bytes) = value
                        && only.is_none_or(|only| only == place)
                    {
                        let span = frame.input(bytes).unwrap();
                        arguments[place] = Argument::Resident(span);
                        resident.push((span, bytes));
                    }
                }
                let ends = resident.iter().map(|(span, _)| span.ptr + span.len);
                let mut frame = frame.above(ends.max().unwrap_or(0));
                let name = operation.name();
                match operation.run_values(&mut frame, &arguments).unwrap() {
                    Err(OperationError::Argument(error))
                        if let ArgumentError::Resident {
                            operation,
                            parameter,
                        } = *error =>
                    {
                        refused.insert(format!("{operation} {parameter}"));
                    }
                    answer => {
                        assert_eq!(answer, copied, "{name} {len} on {engine}");
                        let len = operation.input_len(&arguments);
                        assert_eq!(len, operation.input_len(&self::arguments(&values)));
                    }
                }
                for (span, bytes) in resident {
                    assert_eq!(frame.read(span), bytes, "{name} {len} on {engine}");
                }
            }
        }
    }
    // What a call changes in place is not the caller's to keep there.
    let refused: Vec<String> = refused.into_iter().collect();
    snapshot("arguments_that_are_copied", &refused.join("\n"));
}

/// Native code reads nothing out of a kernel's memory.
#[test]
fn the_native_tier_needs_the_bytes() {
    let operation = ops::find("sha256", "sha256").unwrap();
    let argument = Argument::Resident(Span { ptr: 4_096, len: 3 });
    let error = operation.native_values(&[argument]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the argument `message` of `sha256` stands in the memory of a kernel: expected the bytes \
         themselves"
    );
}

/// A value of a kind, such as every operation takes, if it takes any of that kind.
fn sample(kind: Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(true),
        Kind::Integer => Value::Integer(0),
        Kind::Number => Value::Number(1.0),
        Kind::Numbers => Value::Numbers(vec![1.0]),
        Kind::Bytes => Value::Bytes(Vec::new()),
        Kind::BytesList => Value::BytesList(vec![Vec::new()]),
        other => panic!("no operation takes {other}"),
    }
}

fn is_state_of_hmac(operation: &dyn AnyOperation, parameter: &str) -> bool {
    operation.export().module.name == "kdf" && parameter == "state"
}

#[test]
fn arguments_of_other_types_and_counts_are_refused() {
    let mut report = String::new();
    for operation in ALL {
        let parameters = operation.parameters();
        let samples: Vec<Value> = (parameters.iter())
            .map(|parameter| match parameter.kind {
                // It begins with a key, so that there is none of no bytes.
                Kind::Bytes if is_state_of_hmac(*operation, parameter.name) => {
                    Value::Bytes(vec![0; HmacSha256::STATE_LEN])
                }
                kind => sample(kind),
            })
            .collect();
        let taken = answer(*operation, &samples);
        assert!(
            !matches!(taken, Err(OperationError::Argument(_))),
            "{}: {taken:?}",
            operation.name()
        );
        operation.input_len(&arguments(&samples)).unwrap();
        let refuse = |report: &mut String, values: &[Value]| {
            let error = answer(*operation, values).unwrap_err();
            assert_eq!(
                operation
                    .input_len(&arguments(values))
                    .unwrap_err()
                    .to_string(),
                error.to_string()
            );
            writeln!(report, "{error}").unwrap();
        };
        refuse(&mut report, &[&samples[..], &[Value::Nothing]].concat());
        for place in 0..samples.len() {
            let mut values = samples.clone();
            values[place] = Value::Nothing;
            refuse(&mut report, &values);
        }
    }
    snapshot("arguments_refused", &report);
}

#[test]
fn the_list_knows_the_place_of_each() {
    for (place, operation) in ALL.iter().enumerate() {
        assert_eq!(operation.index(), place, "{}", operation.name());
        let found = ops::find(operation.export().module.name, operation.name()).unwrap();
        assert_eq!(found.index(), place);
    }
    assert_eq!(ALL[ops::Search::INDEX].name(), "search");
    assert!(ops::find("string_ops", "sha256").is_none());
}
