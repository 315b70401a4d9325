;; ---- streams of blocks

;; Reading a stream is a step over whole elements: headers, symbols, stored bytes. What is not there
;; as a whole is left to the next step, and the caller keeps it. The content that matches may reach
;; back to stands before the new one, in the caller's buffer. So a state is small: no step holds any
;; content, and tables are made again from the lengths of codes.

;; Layout inflate_state
;;   offset  size  field             meaning
;;        0     4  phase             u32, of the enumeration `phase`
;;        4     4  history           u32: how much of the content before matches may reach
;;        8     8  position          u64: the length of the content so far
;;       16     4  consumed          u32: how many bytes of the source were taken
;;       20     4  produced          u32: how many bytes of content were written
;;       24     4  bits              u32: how many bits of the next byte were taken besides
;;       28     4  last_block        u32: whether the block is the last one
;;       32     4  left              u32: how many bytes of the element are still to come
;;       36     4  match_left        u32: how many bytes of a match are still to be written
;;       40     4  distance          u32: its distance
;;       44     4  checksum          u32: of the content so far
;;       48     4  header_checksum   u32: of the header so far
;;       52     4  header_flags      u32: which fields the header has
;;       56     4  stopped           i32, of the enumeration `outcome`: what the step ended at
;;       60     4  unused            0
;;       64   288  symbol_lengths    u8: the code lengths of a dynamic block's symbols
;;      352    32  distance_lengths  u8: and of its distances

;; Enumeration phase
;;   value  name             meaning
;;       0  start            a stream or a member comes next
;;       1  block            a block does
;;       2  stored           stored bytes
;;       3  fixed            symbols by fixed codes
;;       4  dynamic          symbols by the block's own codes
;;       5  trailer          the last block has ended
;;       6  extra_length     of a gzip header: the length of extra fields
;;       7  extra            extra fields, of which some bytes are left
;;       8  name             the file's name
;;       9  comment          the comment
;;      10  header_checksum  the header's checksum
;;      11  end              the stream has ended
;;      12  between          a gzip member has
;;      13  padding          zeros behind the last gzip member
(global $PHASE_START           i32 (i32.const 0))
(global $PHASE_BLOCK           i32 (i32.const 1))
(global $PHASE_STORED          i32 (i32.const 2))
(global $PHASE_FIXED           i32 (i32.const 3))
(global $PHASE_DYNAMIC         i32 (i32.const 4))
(global $PHASE_TRAILER         i32 (i32.const 5))
(global $PHASE_EXTRA_LENGTH    i32 (i32.const 6))
(global $PHASE_EXTRA           i32 (i32.const 7))
(global $PHASE_NAME            i32 (i32.const 8))
(global $PHASE_COMMENT         i32 (i32.const 9))
(global $PHASE_HEADER_CHECKSUM i32 (i32.const 10))
(global $PHASE_END             i32 (i32.const 11))
(global $PHASE_BETWEEN         i32 (i32.const 12))
(global $PHASE_PADDING         i32 (i32.const 13))

;; What is wrong: malformed up to `header`, then what a checksum says, from `method` on unsupported.
;;
;; Enumeration inflate_fault
;;   value  name             meaning
;;       1  cut_short        the source ends within the stream
;;       2  block_type       a block is of the type that is reserved
;;       3  stored_length    the length of stored bytes is not what its complement says
;;       4  counts           there are more symbols or distances than the format has
;;       5  length_code      the code of the code lengths is none
;;       6  lengths          the code lengths repeat nothing, or more often than there are symbols
;;       7  no_end           the block's end has no code
;;       8  symbol_code      the code of the symbols is none
;;       9  distance_code    the code of the distances is none
;;      10  symbol           no symbol has this code, or one that the format has no meaning for
;;      11  distance_symbol  no distance has this code, or one that the format has no meaning for
;;      12  distance         a match reaches back over the start of the content
;;      13  trailing         there is something behind the end of the stream
;;      14  header           the first two bytes are not those of a zlib stream or a gzip member
;;      15  dictionary_id    the dictionary is not the one that the stream was made with
;;      16  header_checksum  the header's checksum does not match
;;      17  checksum         the content's checksum does not match
;;      18  length           the content has another length than is stored
;;      19  method           it is not DEFLATE
;;      20  window           matches may reach back over more than 32 KiB
;;      21  header_flags     the header has flags that are reserved
;;      22  dictionary       the stream needs a dictionary
(global $FAULT_CUT_SHORT       i32 (i32.const 1))
(global $FAULT_BLOCK_TYPE      i32 (i32.const 2))
(global $FAULT_STORED_LENGTH   i32 (i32.const 3))
(global $FAULT_COUNTS          i32 (i32.const 4))
(global $FAULT_LENGTH_CODE     i32 (i32.const 5))
(global $FAULT_LENGTHS         i32 (i32.const 6))
(global $FAULT_NO_END          i32 (i32.const 7))
(global $FAULT_SYMBOL_CODE     i32 (i32.const 8))
(global $FAULT_DISTANCE_CODE   i32 (i32.const 9))
(global $FAULT_SYMBOL          i32 (i32.const 10))
(global $FAULT_DISTANCE_SYMBOL i32 (i32.const 11))
(global $FAULT_DISTANCE        i32 (i32.const 12))
(global $FAULT_TRAILING        i32 (i32.const 13))
(global $FAULT_HEADER          i32 (i32.const 14))
(global $FAULT_DICTIONARY_ID   i32 (i32.const 15))
(global $FAULT_HEADER_CHECKSUM i32 (i32.const 16))
(global $FAULT_CHECKSUM        i32 (i32.const 17))
(global $FAULT_LENGTH          i32 (i32.const 18))
(global $FAULT_METHOD          i32 (i32.const 19))
(global $FAULT_WINDOW          i32 (i32.const 20))
(global $FAULT_HEADER_FLAGS    i32 (i32.const 21))
(global $FAULT_DICTIONARY      i32 (i32.const 22))

;; Enumeration inflate_option
;;   value  name      meaning
;;       1  trailing  what follows the end of the stream is left alone
;;       2  last      the source ends with this piece
;;       4  zlib      the stream is one of zlib
;;       8  gzip      it is a gzip file
(global $OPTION_TRAILING i32 (i32.const 1))
(global $OPTION_LAST     i32 (i32.const 2))
(global $OPTION_ZLIB     i32 (i32.const 4))
(global $OPTION_GZIP     i32 (i32.const 8))

;; i32 inflate(const u8 *src_ptr, u32 src_len, u32 dict_len, u32 options, u8 *dst_ptr, u32 dst_cap,
;;             fault *fault_ptr)
;;   Writes the content of the raw DEFLATE stream in [src_ptr, src_ptr+src_len) and returns its
;;   length. The room begins with a dictionary of dict_len bytes, the end of which matches may reach
;;   back to; the content goes behind it. `options` is 0, or 1 (trailing).
;;   -3 malformed where the stream is none, is cut short, or where something follows it and
;;   `options` do not say that this is left alone; -2 output_too_small where dst_cap, or 2^31 - 1
;;   bytes of content, end first, or where dst_cap is less than dict_len. Of several, the first
;;   counts; a match that reaches too far counts before the room that it has not. What is wrong
;;   stands at fault_ptr: the byte that has the last bit of what is, and a code of the enumeration
;;   `inflate_fault`.
;;   Reads the span and the dictionary, writes behind that within dst_cap, also past what it
;;   returns, the static region, and 16 bytes at fault_ptr on -3. src_len = 0 gives -3.
(func $inflate (export "inflate")
  (param $src_ptr i32) (param $src_len i32) (param $dict_len i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (call $inflate_whole
    (local.get $src_ptr)
    (local.get $src_len)
    (local.get $dict_len)
    (i32.and (local.get $options) (global.get $OPTION_TRAILING))
    (local.get $dst_ptr)
    (local.get $dst_cap)
    (local.get $fault_ptr)))

;; i32 zlib_decompress(const u8 *src_ptr, u32 src_len, u32 dict_len, u32 options, u8 *dst_ptr,
;;                     u32 dst_cap, fault *fault_ptr)
;;   The same for a zlib stream (RFC 1950). The dictionary, which has dict_len bytes, counts where
;;   the stream says that it was made with one. Matches may reach back up to 32 KiB, also where the
;;   header promises less.
;;   Besides, -4 checksum where the content's Adler-32 or that of the dictionary does not match; -5
;;   unsupported where the header says that it is not DEFLATE, promises a window of more than 32
;;   KiB, or asks for a dictionary and dict_len is 0.
;;   Reads and writes as `inflate`, and 16 bytes at fault_ptr on -3 to -5. src_len = 0 gives -3.
(func $zlib_decompress (export "zlib_decompress")
  (param $src_ptr i32) (param $src_len i32) (param $dict_len i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (call $inflate_whole
    (local.get $src_ptr)
    (local.get $src_len)
    (local.get $dict_len)
    (i32.or
      (i32.and (local.get $options) (global.get $OPTION_TRAILING))
      (global.get $OPTION_ZLIB))
    (local.get $dst_ptr)
    (local.get $dst_cap)
    (local.get $fault_ptr)))

;; i32 gzip_decompress(const u8 *src_ptr, u32 src_len, u32 options, u8 *dst_ptr, u32 dst_cap,
;;                     fault *fault_ptr)
;;   The same for a gzip file (RFC 1952): the content of all its members, one behind the other.
;;   Zeros may follow the last one, as gzip(1) takes them; other bytes are left alone only if
;;   `options` say so.
;;   Besides, -4 checksum where the CRC-32 of a header or of a content does not match, or a content
;;   has another length modulo 2^32 than is stored; -5 unsupported where a header says that it is
;;   not DEFLATE, or has flags that are reserved.
;;   Reads the span, writes as `inflate`, and 16 bytes at fault_ptr on -3 to -5. src_len = 0 gives
;;   -3.
(func $gzip_decompress (export "gzip_decompress")
  (param $src_ptr i32) (param $src_len i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (call $inflate_whole
    (local.get $src_ptr)
    (local.get $src_len)
    (i32.const 0)
    (i32.or
      (i32.and (local.get $options) (global.get $OPTION_TRAILING))
      (global.get $OPTION_GZIP))
    (local.get $dst_ptr)
    (local.get $dst_cap)
    (local.get $fault_ptr)))

(global $INFLATE_STATE_SIZE (export "inflate_update_state_size") i32 (i32.const 384))

;; i32 inflate_update(const u8 *state_ptr, u8 *next_ptr, const u8 *src_ptr, u32 src_len,
;;                    u32 options, u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   Reads a stream, or a gzip file, in pieces: whole elements of it. `options` are values of the
;;   enumeration `inflate_option` together: zlib or gzip in each call, or neither for a raw stream;
;;   last, where the source has no more. An inflate_state is all zeros at first, but for `history`,
;;   which is then the length of the dictionary. The next state goes to next_ptr, which may be
;;   state_ptr. It says how many bytes of the source were taken (consumed), the rest of which is to
;;   come again; how many bytes of content were written (produced); and what the step ended at
;;   (stopped): more of the source is needed, or more room, or the stream has ended. An element has
;;   less than 512 bytes. A gzip file never ends but where the source does.
;;   The room begins with the `history` bytes of the content before it, or with the dictionary; the
;;   new ones go behind them.
;;   0, or a status as the functions for whole streams return it: -3, -4 and -5, and -2 only where
;;   the room is shorter than what it is to begin with. On the others, `consumed` and `produced` are
;;   what comes before what is wrong and with it, and what stands at fault_ptr counts from src_ptr.
;;   Reads the state, the span and the content before, writes the next state, the room behind that
;;   content, also past what was produced, the static region, and 16 bytes at fault_ptr on -3 to -5.
;;   src_len = 0 takes nothing.
(func $inflate_update (export "inflate_update")
  (param $state_ptr i32) (param $next_ptr i32)
  (param $src_ptr i32) (param $src_len i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $history i32)
  (local $outcome i32)
  (memory.copy (local.get $next_ptr) (local.get $state_ptr) (global.get $INFLATE_STATE_SIZE))
  (local.set $history (i32.load offset=4 (;HISTORY;) (local.get $next_ptr)))
  (if (i32.lt_u (local.get $dst_cap) (local.get $history)) (then (return (i32.const -2))))
  (local.set $outcome
    (call $advance
      (local.get $next_ptr)
      (local.get $src_ptr)
      (i32.add (local.get $src_ptr) (local.get $src_len))
      (local.get $options)
      (i32.add (local.get $dst_ptr) (local.get $history))
      (i32.add (local.get $dst_ptr) (local.get $dst_cap))))
  (if
    (i32.or
      (i32.gt_s (local.get $outcome) (i32.const 0))
      (i32.and
        (i32.eq (local.get $outcome) (global.get $OUTCOME_SOURCE))
        (i32.ne
          (i32.and (local.get $options) (global.get $OPTION_LAST))
          (i32.const 0))))
    (then
      (return
        (call $refuse_stream
          (local.get $next_ptr)
          (local.get $outcome)
          (local.get $src_len)
          (local.get $fault_ptr)))))
  (i32.const 0))

;; Reads a stream in one call: what the exported functions return.
(func $inflate_whole
  (param $src_ptr i32) (param $src_len i32) (param $dict_len i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $outcome i32)
  (if (i32.gt_u (local.get $dict_len) (local.get $dst_cap)) (then (return (i32.const -2))))
  (memory.fill (global.get $WHOLE_STREAM) (i32.const 0) (global.get $INFLATE_STATE_SIZE))
  (i32.store offset=4 (;HISTORY;) (global.get $WHOLE_STREAM) (local.get $dict_len))
  (local.set $dst_cap
    (call $least!
      (i32.sub (local.get $dst_cap) (local.get $dict_len))
      (i32.const 0x7fffffff)))
  (local.set $outcome
    (call $advance
      (global.get $WHOLE_STREAM)
      (local.get $src_ptr)
      (i32.add (local.get $src_ptr) (local.get $src_len))
      (i32.or (local.get $options) (global.get $OPTION_LAST))
      (i32.add (local.get $dst_ptr) (local.get $dict_len))
      (i32.add
        (i32.add (local.get $dst_ptr) (local.get $dict_len))
        (local.get $dst_cap))))
  (if (i32.eq (local.get $outcome) (global.get $OUTCOME_AT_END))
    (then
      (return (i32.load offset=20 (;PRODUCED;) (global.get $WHOLE_STREAM)))))
  (if (i32.eq (local.get $outcome) (global.get $OUTCOME_ROOM)) (then (return (i32.const -2))))
  (call $refuse_stream
    (global.get $WHOLE_STREAM)
    (local.get $outcome)
    (local.get $src_len)
    (local.get $fault_ptr)))

;; Says what is wrong, or that the source is cut short. The status.
(func $refuse_stream
  (param $state i32) (param $outcome i32) (param $src_len i32) (param $fault_ptr i32)
  (result i32)
  (local $start i32)
  (if (i32.le_s (local.get $outcome) (i32.const 0))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (local.get $src_len)
        (local.get $src_len)
        (global.get $FAULT_CUT_SHORT))
      (return (i32.const -3))))
  ;; The state is behind the last bit of what is wrong.
  (local.set $start
    (i32.sub
      (i32.load offset=16 (;CONSUMED;) (local.get $state))
      (i32.eqz (i32.load offset=24 (;BITS;) (local.get $state)))))
  (call $refuse!
    (local.get $fault_ptr)
    (local.get $start)
    (i32.add (local.get $start) (i32.const 1))
    (local.get $outcome))
  (select
    (i32.const -5)
    (select
      (i32.const -4)
      (i32.const -3)
      (i32.ge_u (local.get $outcome) (global.get $FAULT_DICTIONARY_ID)))
    (i32.ge_u (local.get $outcome) (global.get $FAULT_METHOD))))

;; Takes elements while that can be done. What it ended at: of the enumeration `outcome`, or a
;; fault.
(func $advance
  (param $state i32) (param $src_ptr i32) (param $src_end i32) (param $options i32)
  (param $dst_ptr i32) (param $dst_end i32)
  (result i32)
  (local $bit i64)
  (local $dst i32)
  (local $next_dst i32)
  (local $summed i32) ;; where the content goes on that is in no checksum yet
  (local $reach i32)  ;; how much of the content before `dst` matches may reach
  (local $phase i32)
  (local $ready i32)  ;; the phase whose tables stand in the static region
  (local $outcome i32)
  (local.set $bit
    (i64.add
      (call $bit_of! (local.get $src_ptr))
      (i64.load32_u offset=24 (;BITS;) (local.get $state))))
  (local.set $dst (local.get $dst_ptr))
  (local.set $summed (local.get $dst_ptr))
  (local.set $reach (i32.load offset=4 (;HISTORY;) (local.get $state)))
  (loop $next_element
    (local.set $phase (i32.load offset=0 (;PHASE;) (local.get $state)))
    (local.set $next_dst (local.get $dst))
    (block $element
      (if
        (i32.or
          (i32.ge_u (local.get $phase) (global.get $PHASE_TRAILER))
          (i32.eq (local.get $phase) (global.get $PHASE_START)))
        (then
          (call $sum_up
            (local.get $state) (local.get $options) (local.get $summed) (local.get $dst))
          (local.set $summed (local.get $dst))
          (i32.store offset=4 (;HISTORY;) (local.get $state) (local.get $reach))
          (call $take_container
            (local.get $state)
            (local.get $bit)
            (local.get $src_end)
            (local.get $options)
            (local.get $dst))
          (local.set $bit)
          (local.set $outcome)
          (local.set $reach (i32.load offset=4 (;HISTORY;) (local.get $state)))
          (br $element)))
      (if (i32.eq (local.get $phase) (global.get $PHASE_BLOCK))
        (then
          (call $begin_block (local.get $state) (local.get $bit) (local.get $src_end))
          (local.set $bit)
          (local.set $outcome)
          (if
            (i32.eq
              (i32.load offset=0 (;PHASE;) (local.get $state))
              (global.get $PHASE_DYNAMIC))
            (then (local.set $ready (global.get $PHASE_DYNAMIC))))
          (br $element)))
      (if (i32.eq (local.get $phase) (global.get $PHASE_STORED))
        (then
          (call $copy_stored
            (local.get $state)
            (local.get $bit)
            (local.get $src_end)
            (local.get $dst)
            (local.get $dst_end))
          (local.set $next_dst)
          (local.set $bit)
          (local.set $outcome)
          (br $element)))
      (if (i32.ne (local.get $ready) (local.get $phase))
        (then
          ;; Those of a state that a caller has made up may be wrong.
          (local.set $outcome
            (call $make_tables
              (if (result i32) (i32.eq (local.get $phase) (global.get $PHASE_FIXED))
                (then (global.get $FIXED_LENGTHS))
                (else
                  (i32.add (local.get $state) (i32.const 64 (;SYMBOL_LENGTHS;)))))
              (i32.const 0)))
          (br_if $element (local.get $outcome))
          (local.set $ready (local.get $phase))))
      (call $decode_symbols
        (local.get $state)
        (local.get $bit)
        (local.get $src_end)
        (local.get $dst)
        (local.get $dst_end)
        (i32.sub (local.get $dst) (local.get $reach)))
      (local.set $next_dst)
      (local.set $bit)
      (local.set $outcome))
    (local.set $reach
      (i32.add (local.get $reach) (i32.sub (local.get $next_dst) (local.get $dst))))
    (i64.store offset=8 (;POSITION;) (local.get $state)
      (i64.add
        (i64.load offset=8 (;POSITION;) (local.get $state))
        (i64.extend_i32_u (i32.sub (local.get $next_dst) (local.get $dst)))))
    (local.set $dst (local.get $next_dst))
    (if (i32.eq (local.get $outcome) (global.get $OUTCOME_BLOCK_END))
      (then
        (i32.store offset=0 (;PHASE;) (local.get $state)
          (select
            (global.get $PHASE_TRAILER)
            (global.get $PHASE_BLOCK)
            (i32.load offset=28 (;LAST_BLOCK;) (local.get $state))))
        (br $next_element)))
    (br_if $next_element (i32.eqz (local.get $outcome))))
  (i32.store offset=4 (;HISTORY;) (local.get $state)
    (if (result i32)
      (i32.eq
        (i32.load offset=0 (;PHASE;) (local.get $state))
        (global.get $PHASE_START))
      ;; Of a dictionary that is not asked for yet, all counts.
      (then (local.get $reach))
      (else (call $least! (local.get $reach) (i32.const 32768)))))
  (i32.store offset=16 (;CONSUMED;) (local.get $state)
    (i32.sub (call $byte_of! (local.get $bit)) (local.get $src_ptr)))
  (i32.store offset=20 (;PRODUCED;) (local.get $state)
    (i32.sub (local.get $dst) (local.get $dst_ptr)))
  (i32.store offset=24 (;BITS;) (local.get $state)
    (i32.and (i32.wrap_i64 (local.get $bit)) (i32.const 7)))
  (call $sum_up (local.get $state) (local.get $options) (local.get $summed) (local.get $dst))
  (i32.store offset=56 (;STOPPED;) (local.get $state) (local.get $outcome))
  (local.get $outcome))
