;; ---- what metablocks begin with

;; Reads the size of the window, and begins with the distances that come first. A verdict.
(func $read_window (result i32)
  (local $bits i32)
  (local $window i32) ;; log2
  (local.set $window (i32.const 16))
  (if (call $bits (i32.const 1))
    (then
      (local.set $bits (call $bits (i32.const 3)))
      (local.set $window (i32.add (local.get $bits) (i32.const 17)))
      (if (i32.eqz (local.get $bits))
        (then
          (local.set $bits (call $bits (i32.const 3)))
          (if (i32.eq (local.get $bits) (i32.const 1))
            (then (return (call $fail (global.get $WRONG_LARGE_WINDOW)))))
          (if (local.get $bits)
            (then (local.set $window (i32.add (local.get $bits) (i32.const 8)))))))))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (i32.store offset=4 (;WINDOW;) (global.get $STATE)
    (i32.sub (i32.shl (i32.const 1) (local.get $window)) (i32.const 16)))
  (v128.store offset=40 (;DISTANCES;) (global.get $STATE) (v128.const i32x4 4 11 15 16))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_METABLOCK))
  (i32.const 0))

;; Reads what a metablock begins with. A verdict.
(func $read_metablock (result i32)
  (local $last i32)
  (local $digits i32)
  (local $digit i32)
  (local $number i32)
  (local $len i32)
  (i32.store offset=64 (;FREE;) (global.get $READER)
    (i32.load offset=80 (;WORK;) (global.get $READER)))
  (local.set $last (call $bits (i32.const 1)))
  (if (local.get $last)
    (then
      (if (call $bits (i32.const 1)) (then (return (call $end_stream))))))
  (local.set $digits (i32.add (call $bits (i32.const 2)) (i32.const 4)))
  (if (i32.eq (local.get $digits) (i32.const 7))
    (then (return (call $read_skipped (local.get $last)))))
  (loop $next_digit
    (local.set $digit (call $bits (i32.const 4)))
    (local.set $len
      (i32.or
        (local.get $len)
        (i32.shl (local.get $digit) (i32.shl (local.get $number) (i32.const 2)))))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br_if $next_digit (i32.lt_u (local.get $number) (local.get $digits))))
  (if
    (i32.and
      (i32.gt_u (local.get $digits) (i32.const 4))
      (i32.eqz (local.get $digit)))
    (then (return (call $fail (global.get $WRONG_LENGTH)))))
  (local.set $len (i32.add (local.get $len) (i32.const 1)))
  (if (i32.eqz (local.get $last))
    (then
      (if (call $bits (i32.const 1))
        (then
          (return
            (call $begin_bytes
              (global.get $PHASE_STORED) (i32.const 0) (local.get $len)))))))
  (local.set $digit (call $read_tables))
  (if (local.get $digit) (then (return (local.get $digit))))
  ;; The state still says where it began.
  (i32.store offset=108 (;HEADER_AT;) (global.get $STATE)
    (i32.load offset=96 (;CONSUMED;) (global.get $STATE)))
  (i32.store offset=112 (;HEADER_BIT;) (global.get $STATE)
    (i32.load offset=92 (;BIT;) (global.get $STATE)))
  (i32.store offset=116 (;HEADER_LEN;) (global.get $STATE)
    (i32.sub
      (i32.wrap_i64 (i64.shr_u (i64.add (call $position) (i64.const 7)) (i64.const 3)))
      (i32.load offset=96 (;CONSUMED;) (global.get $STATE))))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_COMMAND))
  (i32.store offset=12 (;LAST;) (global.get $STATE) (local.get $last))
  (i32.store offset=16 (;LEFT;) (global.get $STATE) (local.get $len))
  (i32.const 0))

;; The end of the stream, but for what is left of its last byte. A verdict.
(func $end_stream (result i32)
  (if (i32.eqz (call $align)) (then (return (call $fail (global.get $WRONG_PADDING)))))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_END))
  (i32.const 0))

;; Goes on to $len whole bytes. A verdict.
(func $begin_bytes (param $phase i32) (param $last i32) (param $len i32) (result i32)
  (if (i32.eqz (call $align)) (then (return (call $fail (global.get $WRONG_PADDING)))))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (local.get $phase))
  (i32.store offset=12 (;LAST;) (global.get $STATE) (local.get $last))
  (i32.store offset=16 (;LEFT;) (global.get $STATE) (local.get $len))
  (i32.const 0))

;; Reads how long a metablock is that has no content. A verdict.
(func $read_skipped (param $last i32) (result i32)
  (local $bytes i32)
  (local $number i32)
  (local $byte i32)
  (local $len i32)
  (if (call $bits (i32.const 1)) (then (return (call $fail (global.get $WRONG_RESERVED)))))
  (local.set $bytes (call $bits (i32.const 2)))
  (if (local.get $bytes)
    (then
      (loop $next_byte
        (local.set $byte (call $bits (i32.const 8)))
        (local.set $len
          (i32.or
            (local.get $len)
            (i32.shl (local.get $byte) (i32.shl (local.get $number) (i32.const 3)))))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (br_if $next_byte (i32.lt_u (local.get $number) (local.get $bytes))))
      (if
        (i32.and
          (i32.gt_u (local.get $bytes) (i32.const 1))
          (i32.eqz (local.get $byte)))
        (then (return (call $fail (global.get $WRONG_LENGTH)))))
      (local.set $len (i32.add (local.get $len) (i32.const 1)))))
  (call $begin_bytes (global.get $PHASE_SKIPPED) (local.get $last) (local.get $len)))

;; Reads a number from 1 to 256.
(func $read_number (result i32)
  (local $len i32)
  (if (i32.eqz (call $bits (i32.const 1))) (then (return (i32.const 1))))
  (local.set $len (call $bits (i32.const 3)))
  (i32.add
    (i32.add
      (i32.shl (i32.const 1) (local.get $len))
      (call $bits (local.get $len)))
    (i32.const 1)))

;; How many bits there are to spell $symbols symbols with.
(func $width! (param $symbols i32) (result i32)
  (i32.sub (i32.const 32) (i32.clz (i32.sub (local.get $symbols) (i32.const 1)))))

;; Where the table is of the types of blocks, and 1312 bytes behind it that of their lengths.
(func $block_codes! (param $kind i32) (result i32)
  (i32.add (global.get $BLOCK_CODES) (i32.mul (local.get $kind) (i32.const 2112))))

(global $BLOCK_LENGTH_CODE i32 (i32.const 1312))

;; Takes the length of a block of the kind 0, 1 or 2: literals, commands, distances.
(func $read_block_length (param $kind i32) (result i32)
  (local $meaning i32)
  (local.set $meaning
    (i32.load
      (i32.add
        (global.get $BLOCK_LENGTHS)
        (i32.shl
          (call $symbol
            (i32.add (call $block_codes! (local.get $kind)) (global.get $BLOCK_LENGTH_CODE)))
          (i32.const 2)))))
  (i32.add
    (i32.and (local.get $meaning) (i32.const 0xffff))
    (call $bits (i32.shr_u (local.get $meaning) (i32.const 16)))))

;; The address of what the reader or the state has of a kind of blocks.
(func $of_kind! (param $fields i32) (param $kind i32) (result i32)
  (i32.add (local.get $fields) (i32.shl (local.get $kind) (i32.const 2))))

;; Reads the codes of a metablock and makes their tables. A verdict.
(func $read_tables (result i32)
  (local $kind i32)
  (local $kinds i32)
  (local $number i32)
  (local $table i32)
  (local $bits i32)
  (local $literal_codes i32)
  (local $distance_codes i32)
  (local $symbols i32)
  (block $fault
    (loop $next_kind
      (local.set $kinds (call $read_number))
      (i32.store offset=68 (;KINDS;)
        (call $of_kind! (global.get $READER) (local.get $kind))
        (local.get $kinds))
      (i32.store offset=68 (;TYPES;)
        (call $of_kind! (global.get $STATE) (local.get $kind))
        (i32.const 0))
      (i32.store offset=80 (;BEFORE;)
        (call $of_kind! (global.get $STATE) (local.get $kind))
        (i32.const 1))
      ;; As long as any metablock.
      (local.set $number (i32.const 0x1000000))
      (if (i32.gt_u (local.get $kinds) (i32.const 1))
        (then
          (local.set $kinds (i32.add (local.get $kinds) (i32.const 2)))
          (br_if $fault
            (i32.eqz
              (call $read_code
                (local.get $kinds)
                (call $width! (local.get $kinds))
                (call $block_codes! (local.get $kind)))))
          (br_if $fault
            (i32.eqz
              (call $read_code
                (i32.const 26)
                (i32.const 5)
                (i32.add
                  (call $block_codes! (local.get $kind))
                  (global.get $BLOCK_LENGTH_CODE)))))
          (local.set $number (call $read_block_length (local.get $kind)))))
      (i32.store offset=56 (;LEFTS;)
        (call $of_kind! (global.get $STATE) (local.get $kind))
        (local.get $number))
      (local.set $kind (i32.add (local.get $kind) (i32.const 1)))
      (br_if $next_kind (i32.lt_u (local.get $kind) (i32.const 3))))
    (local.set $bits (call $bits (i32.const 6)))
    (local.set $kind (i32.and (local.get $bits) (i32.const 3)))
    (local.set $symbols
      (i32.add
        (i32.shl (i32.shr_u (local.get $bits) (i32.const 2)) (local.get $kind))
        (i32.const 16)))
    (i32.store offset=56 (;POSTFIX;) (global.get $READER) (local.get $kind))
    (i32.store offset=60 (;DIRECT;) (global.get $READER) (local.get $symbols))
    (local.set $symbols
      (i32.add (local.get $symbols) (i32.shl (i32.const 48) (local.get $kind))))
    (local.set $number (i32.const 0))
    (local.set $kinds (i32.load offset=68 (;KINDS;) (global.get $READER)))
    (loop $next_mode
      (i32.store8
        (i32.add (global.get $MODES) (local.get $number))
        (call $bits (i32.const 2)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next_mode (i32.lt_u (local.get $number) (local.get $kinds))))
    (local.set $literal_codes
      (call $read_map
        (global.get $LITERAL_MAP)
        (i32.shl (local.get $kinds) (i32.const 6))))
    (br_if $fault (i32.eqz (local.get $literal_codes)))
    (local.set $distance_codes
      (call $read_map
        (global.get $DISTANCE_MAP)
        (i32.shl
          (i32.load offset=76 (;KINDS+8;) (global.get $READER))
          (i32.const 2))))
    (br_if $fault (i32.eqz (local.get $distance_codes)))
    (br_if $fault
      (i32.eqz
        (call $read_codes
          (global.get $LITERAL_CODES)
          (local.get $literal_codes)
          (i32.const 256)
          (i32.const 8))))
    (br_if $fault
      (i32.eqz
        (call $read_codes
          (global.get $COMMAND_CODES)
          (i32.load offset=72 (;KINDS+4;) (global.get $READER))
          (i32.const 704)
          (i32.const 10))))
    (br_if $fault
      (i32.eqz
        (call $read_codes
          (global.get $DISTANCE_CODES)
          (local.get $distance_codes)
          (local.get $symbols)
          (call $width! (local.get $symbols)))))
    (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
    (call $begin_block (i32.const 0))
    (call $begin_block (i32.const 1))
    (call $begin_block (i32.const 2))
    (return (i32.const 0)))
  ;; $fault: what is wrong is in the state already, unless it only ended.
  (call $fail (i32.load offset=104 (;WRONG;) (global.get $STATE))))

;; Reads $count codes of $symbols symbols of $width bits, makes their tables in the work memory, and
;; notes where. Whether they are codes, and in the source.
(func $read_codes
  (param $codes i32) (param $count i32) (param $symbols i32) (param $width i32) (result i32)
  (local $table i32)
  (local $next i32)
  (local.set $table (i32.load offset=64 (;FREE;) (global.get $READER)))
  (loop $next_code
    (i32.store (local.get $codes) (local.get $table))
    (local.set $next
      (call $read_code (local.get $symbols) (local.get $width) (local.get $table)))
    (if (i32.eqz (local.get $next)) (then (return (i32.const 0))))
    ;; Behind the end there may be codes for more tables than the work memory has room for.
    (if (call $is_over) (then (return (i32.const 0))))
    (local.set $table (local.get $next))
    (local.set $codes (i32.add (local.get $codes) (i32.const 4)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_code (local.get $count)))
  (i32.store offset=64 (;FREE;) (global.get $READER) (local.get $table))
  (i32.const 1))

;; Reads for each of $len contexts the number of its code. How many codes there are, or 0.
(func $read_map (param $map i32) (param $len i32) (result i32)
  (local $codes i32)
  (local $runs i32)  ;; how many symbols are runs of zeros
  (local $end i32)
  (local $run_end i32)
  (local $symbol i32)
  (local.set $codes (call $read_number))
  (local.set $end (i32.add (local.get $map) (local.get $len)))
  (if (i32.eq (local.get $codes) (i32.const 1))
    (then
      (memory.fill (local.get $map) (i32.const 0) (local.get $len))
      (return (i32.const 1))))
  (if (call $bits (i32.const 1))
    (then
      (local.set $runs (i32.add (call $bits (i32.const 4)) (i32.const 1)))))
  (local.set $symbol (i32.add (local.get $codes) (local.get $runs)))
  ;; No block needs its table yet that is behind these.
  (if
    (i32.eqz
      (call $read_code
        (local.get $symbol)
        (call $width! (local.get $symbol))
        (i32.load offset=64 (;FREE;) (global.get $READER))))
    (then (return (i32.const 0))))
  (local.set $len (local.get $map))
  (loop $next_context
    (local.set $symbol (call $symbol (i32.load offset=64 (;FREE;) (global.get $READER))))
    (if (i32.or (i32.eqz (local.get $symbol)) (i32.gt_u (local.get $symbol) (local.get $runs)))
      (then
        (i32.store8 (local.get $map)
          (select
            (i32.sub (local.get $symbol) (local.get $runs))
            (i32.const 0)
            (local.get $symbol)))
        (local.set $map (i32.add (local.get $map) (i32.const 1))))
      (else
        (local.set $symbol
          (i32.add
            (i32.shl (i32.const 1) (local.get $symbol))
            (call $bits (local.get $symbol))))
        (if (i32.gt_u (local.get $symbol) (i32.sub (local.get $end) (local.get $map)))
          (then
            (i32.store offset=104 (;WRONG;) (global.get $STATE) (global.get $WRONG_MAP))
            (return (i32.const 0))))
        (local.set $run_end (i32.add (local.get $map) (local.get $symbol)))
        (loop $next_zero
          (i32.store8 (local.get $map) (i32.const 0))
          (local.set $map (i32.add (local.get $map) (i32.const 1)))
          (br_if $next_zero (i32.ne (local.get $map) (local.get $run_end))))))
    (br_if $next_context (i32.ne (local.get $map) (local.get $end))))
  (if (call $bits (i32.const 1)) (then (call $unmove (local.get $len) (local.get $end))))
  (local.get $codes))

;; Turns places in a list, whose entries come to its front when they are used, into what they are.
(func $unmove (param $map i32) (param $end i32)
  (local $place i32)
  (local $value i32)
  (local.set $place (i32.const 0))
  (loop $next_entry
    (i32.store8 (i32.add (global.get $RECENT) (local.get $place)) (local.get $place))
    (local.set $place (i32.add (local.get $place) (i32.const 1)))
    (br_if $next_entry (i32.lt_u (local.get $place) (i32.const 256))))
  (loop $next_context
    (local.set $place (i32.load8_u (local.get $map)))
    (local.set $value (i32.load8_u (i32.add (global.get $RECENT) (local.get $place))))
    (i32.store8 (local.get $map) (local.get $value))
    (memory.copy
      (i32.add (global.get $RECENT) (i32.const 1))
      (global.get $RECENT)
      (local.get $place))
    (i32.store8 (global.get $RECENT) (local.get $value))
    (local.set $map (i32.add (local.get $map) (i32.const 1)))
    (br_if $next_context (i32.ne (local.get $map) (local.get $end)))))

;; Finds the tables of a block: of literals, commands or distances.
(func $begin_block (param $kind i32)
  (local $type i32)
  (local $map i32)
  (local $context i32)
  (local $first v128)  ;; four times the first code
  (local.set $type
    (i32.load offset=68 (;TYPES;) (call $of_kind! (global.get $STATE) (local.get $kind))))
  (if (i32.eq (local.get $kind) (i32.const 1))
    (then
      (i32.store offset=48 (;COMMAND_CODE;) (global.get $READER)
        (i32.load
          (i32.add (global.get $COMMAND_CODES) (i32.shl (local.get $type) (i32.const 2)))))
      (return)))
  (if (local.get $kind)
    (then
      (local.set $map
        (i32.add (global.get $DISTANCE_MAP) (i32.shl (local.get $type) (i32.const 2))))
      (loop $next_context
        (i32.store
          (i32.add
            (global.get $DISTANCE_TABLES)
            (i32.shl (local.get $context) (i32.const 2)))
          (i32.load
            (i32.add
              (global.get $DISTANCE_CODES)
              (i32.shl
                (i32.load8_u (i32.add (local.get $map) (local.get $context)))
                (i32.const 2)))))
        (local.set $context (i32.add (local.get $context) (i32.const 1)))
        (br_if $next_context (i32.lt_u (local.get $context) (i32.const 4))))
      (return)))
  (local.set $map
    (i32.add (global.get $LITERAL_MAP) (i32.shl (local.get $type) (i32.const 6))))
  (i32.store offset=52 (;MODE;) (global.get $READER)
    (i32.add
      (global.get $CONTEXTS)
      (i32.shl
        (i32.load8_u (i32.add (global.get $MODES) (local.get $type)))
        (i32.const 9))))
  (local.set $first (i8x16.splat (i32.load8_u (local.get $map))))
  (if
    (v128.any_true
      (v128.or
        (v128.or
          (v128.xor (v128.load offset=0 (local.get $map)) (local.get $first))
          (v128.xor (v128.load offset=16 (local.get $map)) (local.get $first)))
        (v128.or
          (v128.xor (v128.load offset=32 (local.get $map)) (local.get $first))
          (v128.xor (v128.load offset=48 (local.get $map)) (local.get $first)))))
    (then
      (i32.store offset=44 (;PLAIN;) (global.get $READER) (i32.const 0))
      (loop $next_context
        (i32.store
          (i32.add
            (global.get $LITERAL_TABLES)
            (i32.shl (local.get $context) (i32.const 2)))
          (i32.load
            (i32.add
              (global.get $LITERAL_CODES)
              (i32.shl
                (i32.load8_u (i32.add (local.get $map) (local.get $context)))
                (i32.const 2)))))
        (local.set $context (i32.add (local.get $context) (i32.const 1)))
        (br_if $next_context (i32.lt_u (local.get $context) (i32.const 64)))))
    (else
      (i32.store offset=44 (;PLAIN;) (global.get $READER)
        (i32.load
          (i32.add
            (global.get $LITERAL_CODES)
            (i32.shl (i32.load8_u (local.get $map)) (i32.const 2))))))))

;; Takes the type and the length of the next block of a kind. A verdict.
(func $switch_block (param $kind i32) (result i32)
  (local $types i32)
  (local $type i32)
  (local $kinds i32)
  (local $len i32)
  (local.set $types (call $of_kind! (global.get $STATE) (local.get $kind)))
  (local.set $kinds
    (i32.load offset=68 (;KINDS;) (call $of_kind! (global.get $READER) (local.get $kind))))
  (if (i32.eq (local.get $kinds) (i32.const 1))
    (then (return (call $fail (global.get $WRONG_BLOCK)))))
  (local.set $type (call $symbol (call $block_codes! (local.get $kind))))
  (local.set $len (call $read_block_length (local.get $kind)))
  (if (call $is_over) (then (return (global.get $SOURCE_ENDS))))
  (local.set $type
    (if (result i32) (i32.eqz (local.get $type))
      (then (i32.load offset=80 (;BEFORE;) (local.get $types)))
      (else
        (if (result i32) (i32.eq (local.get $type) (i32.const 1))
          (then (i32.add (i32.load offset=68 (;TYPES;) (local.get $types)) (i32.const 1)))
          (else (i32.sub (local.get $type) (i32.const 2)))))))
  (if (i32.ge_u (local.get $type) (local.get $kinds))
    (then (local.set $type (i32.sub (local.get $type) (local.get $kinds)))))
  (i32.store offset=80 (;BEFORE;) (local.get $types)
    (i32.load offset=68 (;TYPES;) (local.get $types)))
  (i32.store offset=68 (;TYPES;) (local.get $types) (local.get $type))
  (i32.store offset=56 (;LEFTS;) (local.get $types) (local.get $len))
  (call $begin_block (local.get $kind))
  (i32.const 0))
