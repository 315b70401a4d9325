;; ---- containers

;; A raw stream stands by itself. One of zlib has a header of two bytes, or six with a dictionary,
;; and the Adler-32 of the content behind it. A gzip file is members, each with a header of ten
;; bytes and optional fields, the CRC-32 of its content and its length; zeros may follow the last
;; one.

;; The two bytes of a zlib header, the higher first, are a multiple of this.
(global $ZLIB_MODULUS i32 (i32.const 31))

;; How a zlib stream and a gzip member say that they are DEFLATE.
(global $METHOD_DEFLATE i32 (i32.const 8))

;; Enumeration gzip_flag
;;   value  name             meaning
;;       1  text             the content is probably text; nothing follows from it
;;       2  header_checksum  the low half of the header's CRC-32 stands at its end
;;       4  extra            fields behind their length
;;       8  name             the file's name, and a zero
;;      16  comment          a comment, and a zero
;;    0xe0  reserved         bits that are to be 0
(global $GZIP_HEADER_CHECKSUM i32 (i32.const 2))
(global $GZIP_EXTRA           i32 (i32.const 4))
(global $GZIP_NAME            i32 (i32.const 8))
(global $GZIP_COMMENT         i32 (i32.const 16))
(global $GZIP_RESERVED        i32 (i32.const 0xe0))

;; What a gzip member begins with, all but its optional fields.
;;
;; Layout gzip_header
;;   offset  size  field   meaning
;;        0     2  magic   u16: GZIP_MAGIC
;;        2     1  method  u8: METHOD_DEFLATE
;;        3     1  flags   u8, of the enumeration `gzip_flag`
;;        4     4  time    u32: when the file was last changed
;;        8     2  hints   two u8: how it was compressed, and on which system
(global $GZIP_MAGIC       i32 (i32.const 0x8b1f))
(global $GZIP_HEADER_SIZE i32 (i32.const 10))

;; A number of four bytes, the highest first.
(func $big_endian! (param $ptr i32) (result i32)
  (i32.or
    (i32.rotl
      (i32.and (i32.load (local.get $ptr)) (i32.const 0x00ff00ff))
      (i32.const 24))
    (i32.and
      (i32.rotl (i32.load (local.get $ptr)) (i32.const 8))
      (i32.const 0x00ff00ff))))

;; So many bits further.
(func $behind! (param $src i32) (param $bytes i32) (result i64)
  (call $bit_of! (i32.add (local.get $src) (local.get $bytes))))

;; Goes on with the checksum of the content by [ptr, end).
(func $sum_up (param $state i32) (param $options i32) (param $ptr i32) (param $end i32)
  (if (i32.and (local.get $options) (global.get $OPTION_GZIP))
    (then
      (i32.store offset=44 (;CHECKSUM;) (local.get $state)
        (call $crc32_behind
          (i32.load offset=44 (;CHECKSUM;) (local.get $state))
          (local.get $ptr)
          (i32.sub (local.get $end) (local.get $ptr))))))
  (if (i32.and (local.get $options) (global.get $OPTION_ZLIB))
    (then
      (i32.store offset=44 (;CHECKSUM;) (local.get $state)
        (call $adler32_behind
          (i32.load offset=44 (;CHECKSUM;) (local.get $state))
          (local.get $ptr)
          (i32.sub (local.get $end) (local.get $ptr)))))))

;; Takes what stands before the blocks or behind them, or a part of it. What came of it, and the
;; next bit. `dst` is where the content goes on.
(func $take_container
  (param $state i32) (param $bit i64) (param $src_end i32) (param $options i32) (param $dst i32)
  (result i32 i64)
  (local $phase i32)
  (local.set $phase (i32.load offset=0 (;PHASE;) (local.get $state)))
  (if (i32.eq (local.get $phase) (global.get $PHASE_TRAILER))
    (then
      (return
        (call $end_blocks
          (local.get $state)
          ;; What is left of a byte belongs to no block.
          (i64.and (i64.add (local.get $bit) (i64.const 7)) (i64.const -8))
          (local.get $src_end)
          (local.get $options)))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_START))
    (then
      (if (i32.and (local.get $options) (global.get $OPTION_GZIP))
        (then
          (return (call $begin_gzip (local.get $state) (local.get $bit) (local.get $src_end)))))
      (if (i32.and (local.get $options) (global.get $OPTION_ZLIB))
        (then
          (return
            (call $begin_zlib
              (local.get $state) (local.get $bit) (local.get $src_end) (local.get $dst)))))
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BLOCK))
      (return (global.get $OUTCOME_GOING_ON) (local.get $bit))))
  (if (i32.ge_u (local.get $phase) (global.get $PHASE_END))
    (then
      (return
        (call $behind_end
          (local.get $state) (local.get $bit) (local.get $src_end) (local.get $options)))))
  (call $take_gzip_field
    (local.get $state) (local.get $bit) (local.get $src_end) (local.get $phase)))

;; Takes a zlib header, and the number of the dictionary, which is all that there is before `dst`.
(func $begin_zlib
  (param $state i32) (param $bit i64) (param $src_end i32) (param $dst i32)
  (result i32 i64)
  (local $src i32)
  (local $left i32)
  (local $header i32)
  (local $dict_len i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
  (if (i32.lt_u (local.get $left) (i32.const 2))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (local.set $header
    (i32.or
      (i32.shl (i32.load8_u (local.get $src)) (i32.const 8))
      (i32.load8_u offset=1 (local.get $src))))
  (if (i32.rem_u (local.get $header) (global.get $ZLIB_MODULUS))
    (then (return (global.get $FAULT_HEADER) (call $behind! (local.get $src) (i32.const 2)))))
  (if
    (i32.ne
      (i32.and (i32.load8_u (local.get $src)) (i32.const 15))
      (global.get $METHOD_DEFLATE))
    (then (return (global.get $FAULT_METHOD) (call $behind! (local.get $src) (i32.const 1)))))
  ;; 2^(8 + its upper half) bytes.
  (if (i32.gt_u (i32.load8_u (local.get $src)) (i32.const 0x7f))
    (then (return (global.get $FAULT_WINDOW) (call $behind! (local.get $src) (i32.const 1)))))
  (local.set $dict_len (i32.load offset=4 (;HISTORY;) (local.get $state)))
  (if (i32.eqz (i32.and (local.get $header) (i32.const 0x20)))
    (then
      (i32.store offset=4 (;HISTORY;) (local.get $state) (i32.const 0))
      (i32.store offset=44 (;CHECKSUM;) (local.get $state) (i32.const 1))
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BLOCK))
      (return
        (global.get $OUTCOME_GOING_ON)
        (call $behind! (local.get $src) (i32.const 2)))))
  (if (i32.lt_u (local.get $left) (i32.const 6))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (if (i32.eqz (local.get $dict_len))
    (then
      (return (global.get $FAULT_DICTIONARY) (call $behind! (local.get $src) (i32.const 6)))))
  (if
    (i32.ne
      (call $adler32_behind
        (i32.const 1)
        (i32.sub (local.get $dst) (local.get $dict_len))
        (local.get $dict_len))
      (call $big_endian! (i32.add (local.get $src) (i32.const 2))))
    (then
      (return
        (global.get $FAULT_DICTIONARY_ID)
        (call $behind! (local.get $src) (i32.const 6)))))
  (i32.store offset=44 (;CHECKSUM;) (local.get $state) (i32.const 1))
  (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BLOCK))
  (global.get $OUTCOME_GOING_ON)
  (call $behind! (local.get $src) (i32.const 6)))

;; Takes a gzip header, but for its optional fields.
(func $begin_gzip (param $state i32) (param $bit i64) (param $src_end i32) (result i32 i64)
  (local $src i32)
  (local $left i32)
  (local $flags i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
  (if (i32.lt_u (local.get $left) (i32.const 2))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (if
    (i32.ne
      (i32.load16_u offset=0 (;MAGIC;) (local.get $src))
      (global.get $GZIP_MAGIC))
    (then (return (global.get $FAULT_HEADER) (call $behind! (local.get $src) (i32.const 2)))))
  (if (i32.lt_u (local.get $left) (i32.const 4))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (if
    (i32.ne
      (i32.load8_u offset=2 (;METHOD;) (local.get $src))
      (global.get $METHOD_DEFLATE))
    (then (return (global.get $FAULT_METHOD) (call $behind! (local.get $src) (i32.const 3)))))
  (local.set $flags (i32.load8_u offset=3 (;FLAGS;) (local.get $src)))
  (if (i32.and (local.get $flags) (global.get $GZIP_RESERVED))
    (then
      (return (global.get $FAULT_HEADER_FLAGS) (call $behind! (local.get $src) (i32.const 4)))))
  (if (i32.lt_u (local.get $left) (global.get $GZIP_HEADER_SIZE))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (i32.store offset=4 (;HISTORY;) (local.get $state) (i32.const 0))
  (i64.store offset=8 (;POSITION;) (local.get $state) (i64.const 0))
  (i32.store offset=44 (;CHECKSUM;) (local.get $state) (i32.const 0))
  (i32.store offset=48 (;HEADER_CHECKSUM;) (local.get $state) (i32.const 0))
  (i32.store offset=52 (;HEADER_FLAGS;) (local.get $state) (local.get $flags))
  (call $sum_header! (local.get $state) (local.get $src) (global.get $GZIP_HEADER_SIZE))
  (call $next_field (local.get $state))
  (global.get $OUTCOME_GOING_ON)
  (call $behind! (local.get $src) (global.get $GZIP_HEADER_SIZE)))

;; Goes on with the checksum of the header, if it has one.
(func $sum_header! (param $state i32) (param $src i32) (param $len i32)
  (if
    (i32.and
      (i32.load offset=52 (;HEADER_FLAGS;) (local.get $state))
      (global.get $GZIP_HEADER_CHECKSUM))
    (then
      (i32.store offset=48 (;HEADER_CHECKSUM;) (local.get $state)
        (call $crc32_behind
          (i32.load offset=48 (;HEADER_CHECKSUM;) (local.get $state))
          (local.get $src)
          (local.get $len))))))

;; Which field of the header comes next: of those that the flags are still set for the first one.
(func $next_field (param $state i32)
  (local $flags i32)
  (local $phase i32)
  (local.set $flags (i32.load offset=52 (;HEADER_FLAGS;) (local.get $state)))
  (local.set $phase
    (select
      (global.get $PHASE_HEADER_CHECKSUM)
      (global.get $PHASE_BLOCK)
      (i32.and (local.get $flags) (global.get $GZIP_HEADER_CHECKSUM))))
  (if (i32.and (local.get $flags) (global.get $GZIP_COMMENT))
    (then (local.set $phase (global.get $PHASE_COMMENT))))
  (if (i32.and (local.get $flags) (global.get $GZIP_NAME))
    (then (local.set $phase (global.get $PHASE_NAME))))
  (if (i32.and (local.get $flags) (global.get $GZIP_EXTRA))
    (then (local.set $phase (global.get $PHASE_EXTRA_LENGTH))))
  (i32.store offset=0 (;PHASE;) (local.get $state) (local.get $phase)))

;; The field of a flag was taken.
(func $end_field (param $state i32) (param $flag i32)
  (i32.store offset=52 (;HEADER_FLAGS;) (local.get $state)
    (i32.and
      (i32.load offset=52 (;HEADER_FLAGS;) (local.get $state))
      (i32.xor (local.get $flag) (i32.const -1))))
  (call $next_field (local.get $state)))

;; Takes what there is of an optional field of a gzip header.
(func $take_gzip_field
  (param $state i32) (param $bit i64) (param $src_end i32) (param $phase i32)
  (result i32 i64)
  (local $src i32)
  (local $left i32)
  (local $len i32)
  (local $is_whole i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
  (if
    (i32.or
      (i32.eq (local.get $phase) (global.get $PHASE_EXTRA_LENGTH))
      (i32.eq (local.get $phase) (global.get $PHASE_HEADER_CHECKSUM)))
    (then
      (if (i32.lt_u (local.get $left) (i32.const 2))
        (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
      (local.set $bit (call $behind! (local.get $src) (i32.const 2)))
      (if (i32.eq (local.get $phase) (global.get $PHASE_EXTRA_LENGTH))
        (then
          (call $sum_header! (local.get $state) (local.get $src) (i32.const 2))
          (i32.store offset=32 (;LEFT;) (local.get $state) (i32.load16_u (local.get $src)))
          (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_EXTRA)))
        (else
          (if
            (i32.ne
              (i32.load16_u (local.get $src))
              (i32.and
                (i32.load offset=48 (;HEADER_CHECKSUM;) (local.get $state))
                (i32.const 0xffff)))
            (then (return (global.get $FAULT_HEADER_CHECKSUM) (local.get $bit))))
          (call $end_field (local.get $state) (global.get $GZIP_HEADER_CHECKSUM))))
      (return (global.get $OUTCOME_GOING_ON) (local.get $bit))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_EXTRA))
    (then
      (local.set $len
        (call $least! (local.get $left) (i32.load offset=32 (;LEFT;) (local.get $state))))
      (local.set $left
        (i32.sub (i32.load offset=32 (;LEFT;) (local.get $state)) (local.get $len)))
      (i32.store offset=32 (;LEFT;) (local.get $state) (local.get $left))
      (local.set $is_whole (i32.eqz (local.get $left))))
    (else
      ;; A text up to its zero.
      (block $ended
        (loop $next_byte
          (br_if $ended (i32.eq (local.get $len) (local.get $left)))
          (local.set $is_whole
            (i32.eqz (i32.load8_u (i32.add (local.get $src) (local.get $len)))))
          (local.set $len (i32.add (local.get $len) (i32.const 1)))
          (br_if $next_byte (i32.eqz (local.get $is_whole)))))))
  (call $sum_header! (local.get $state) (local.get $src) (local.get $len))
  (local.set $bit (call $behind! (local.get $src) (local.get $len)))
  (if (i32.eqz (local.get $is_whole))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (call $end_field
    (local.get $state)
    (select
      (global.get $GZIP_EXTRA)
      (select
        (global.get $GZIP_NAME)
        (global.get $GZIP_COMMENT)
        (i32.eq (local.get $phase) (global.get $PHASE_NAME)))
      (i32.eq (local.get $phase) (global.get $PHASE_EXTRA))))
  (global.get $OUTCOME_GOING_ON)
  (local.get $bit))

;; Takes what stands behind the blocks, from a whole byte on: checksums, and a length. A checksum
;; that is there is compared before the source is said to end.
(func $end_blocks
  (param $state i32) (param $bit i64) (param $src_end i32) (param $options i32)
  (result i32 i64)
  (local $src i32)
  (local $left i32)
  (local $is_gzip i32)
  (local $sum i32)
  (if
    (i32.eqz
      (i32.and
        (local.get $options)
        (i32.or (global.get $OPTION_GZIP) (global.get $OPTION_ZLIB))))
    (then
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_END))
      (return (global.get $OUTCOME_GOING_ON) (local.get $bit))))
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
  (if (i32.lt_u (local.get $left) (i32.const 4))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (local.set $is_gzip (i32.and (local.get $options) (global.get $OPTION_GZIP)))
  (local.set $sum
    (if (result i32) (local.get $is_gzip)
      (then (i32.load (local.get $src)))
      (else (call $big_endian! (local.get $src)))))
  (if (i32.ne (local.get $sum) (i32.load offset=44 (;CHECKSUM;) (local.get $state)))
    (then
      (return (global.get $FAULT_CHECKSUM) (call $behind! (local.get $src) (i32.const 4)))))
  (if (i32.eqz (local.get $is_gzip))
    (then
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_END))
      (return
        (global.get $OUTCOME_GOING_ON)
        (call $behind! (local.get $src) (i32.const 4)))))
  (if (i32.lt_u (local.get $left) (i32.const 8))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  ;; The length modulo 2^32.
  (if
    (i32.ne
      (i32.load offset=4 (local.get $src))
      (i32.load offset=8 (;POSITION;) (local.get $state)))
    (then (return (global.get $FAULT_LENGTH) (call $behind! (local.get $src) (i32.const 8)))))
  (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BETWEEN))
  (global.get $OUTCOME_GOING_ON)
  (call $behind! (local.get $src) (i32.const 8)))

;; Looks at what follows a stream, or a member: that may be another member, or zeros up to the end.
(func $behind_end
  (param $state i32) (param $bit i64) (param $src_end i32) (param $options i32)
  (result i32 i64)
  (local $src i32)
  (local $left i32)
  (local $phase i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $phase (i32.load offset=0 (;PHASE;) (local.get $state)))
  (if (i32.eq (local.get $phase) (global.get $PHASE_PADDING))
    (then
      (block $padded
        (loop $next_byte
          (br_if $padded (i32.eq (local.get $src) (local.get $src_end)))
          (br_if $padded (i32.load8_u (local.get $src)))
          (local.set $src (i32.add (local.get $src) (i32.const 1)))
          (br $next_byte)))
      (local.set $bit (call $bit_of! (local.get $src)))))
  (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
  (if (i32.eqz (local.get $left))
    (then
      ;; A gzip file may go on.
      (return
        (select
          (global.get $OUTCOME_AT_END)
          (global.get $OUTCOME_SOURCE)
          (i32.or
            (i32.eq (local.get $phase) (global.get $PHASE_END))
            (i32.and (local.get $options) (global.get $OPTION_LAST))))
        (local.get $bit))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_BETWEEN))
    (then
      (if (i32.eqz (i32.load8_u (local.get $src)))
        (then
          (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_PADDING))
          (return (global.get $OUTCOME_GOING_ON) (local.get $bit))))
      (if (i32.ge_u (local.get $left) (i32.const 2))
        (then
          (if (i32.eq (i32.load16_u (local.get $src)) (global.get $GZIP_MAGIC))
            (then
              ;; No member's matches reach back into the one before.
              (i32.store offset=4 (;HISTORY;) (local.get $state) (i32.const 0))
              (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_START))
              (return (global.get $OUTCOME_GOING_ON) (local.get $bit)))))
        (else
          ;; The first byte of another member?
          (if
            (i32.and
              (i32.eq
                (i32.load8_u (local.get $src))
                (i32.and (global.get $GZIP_MAGIC) (i32.const 0xff)))
              (i32.eqz (i32.and (local.get $options) (global.get $OPTION_LAST))))
            (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))))))
  (if (i32.and (local.get $options) (global.get $OPTION_TRAILING))
    (then
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_END))
      (return (global.get $OUTCOME_AT_END) (local.get $bit))))
  (global.get $FAULT_TRAILING)
  (call $behind! (local.get $src) (i32.const 1)))
