;; ---- streams in pieces

;; A state is small, because it holds neither content nor tables. The content that is reached back
;; to stands before the room, in the caller's buffer. The tables of the metablock at hand are made
;; again in each step, from the bytes that it began with, which the caller keeps: the state says
;; which of a piece those are. That takes some microseconds a step, and a state that held the tables
;; would have a megabyte.

;; Enumeration decode_option
;;   value  name  meaning
;;       1  last  the source ends with this piece

(global $DECODE_LAST i32 (i32.const 1 (;DECODE_OPTION.LAST;)))

;; i32 brotli_decode(const u8 *state_ptr, u8 *next_ptr, const u8 *header_ptr, u32 header_len,
;;                   const u8 *src_ptr, u32 src_len, u32 options, u8 *work_ptr, u32 work_cap,
;;                   u8 *dst_ptr, u32 dst_cap, u8 *fault_ptr)
;;   Goes on with a stream by a piece of it, as far as its elements are there as a whole and there
;;   is room. A decode_state is all zeros at first. The next state goes to next_ptr, which may be
;;   state_ptr. Its `consumed` says how many bytes of the piece were taken, the rest is to come
;;   again; `produced` how many bytes of content were written; `stopped`, a verdict, why no more.
;;   [dst_ptr, dst_ptr+dst_cap) begins with the last `history` bytes of the content before, which
;;   the state wants; the room is behind them. Where that has 64 bytes, some of it is written.
;;   [header_ptr, header_ptr+header_len) is what the metablock at hand began with: where the next
;;   state's header_len is not 0, that many bytes from header_at on, in the piece; otherwise what it
;;   was.
;;   0 where nothing is wrong.
;;   -3 malformed where the stream is not valid behind what was written, or, with the option
;;   last (1), ends early; or where the header is none, or dst_cap is less than the history.
;;   -5 unsupported where its window has more than 24 bits.
;;   -6 too_large where work_cap is less than brotli_decompress_work_size(header_len + src_len).
;;   Reads the state, the header and the piece; writes the next state, within the room, also past
;;   what was produced, within work_cap, the static region, and 16 bytes at fault_ptr where it
;;   refuses. A piece of length 0 may give content that there was no room for.
(func $brotli_decode (export "brotli_decode")
  (param $state_ptr i32) (param $next_ptr i32) (param $header_ptr i32) (param $header_len i32)
  (param $src_ptr i32) (param $src_len i32) (param $options i32)
  (param $work_ptr i32) (param $work_cap i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $verdict i32)
  (local $out i32)
  (local $history i32)
  (local $at i32)
  (local $wrong i32)
  (memory.copy (global.get $STATE) (local.get $state_ptr) (global.get $DECODE_STATE_SIZE))
  (local.set $history (i32.load offset=8 (;HISTORY;) (global.get $STATE)))
  (local.set $out (i32.add (local.get $dst_ptr) (local.get $history)))
  (block $went
    (if
      (i32.lt_u
        (local.get $work_cap)
        (call $brotli_decompress_work_size
          (i32.add (local.get $header_len) (local.get $src_len))))
      (then
        (call $refuse!
          (local.get $fault_ptr) (i32.const 0) (i32.const 0) (global.get $WRONG_ROOM))
        (memory.copy (local.get $next_ptr) (global.get $STATE) (global.get $DECODE_STATE_SIZE))
        (return (i32.const -6))))
    (local.set $verdict (global.get $FAULT))
    (local.set $wrong (global.get $WRONG_ROOM))
    (br_if $went (i32.gt_u (local.get $history) (local.get $dst_cap)))
    (call $begin_step
      (local.get $work_ptr)
      (local.get $dst_ptr)
      (local.get $out)
      (i32.add (local.get $dst_ptr) (local.get $dst_cap)))
    (i32.store offset=84 (;WHOLE;) (global.get $READER) (i32.const 0))
    (if (call $is_within_metablock)
      (then
        (local.set $wrong (global.get $WRONG_CODE))
        (br_if $went
          (i32.eqz
            (call $remake
              (local.get $state_ptr) (local.get $header_ptr) (local.get $header_len))))))
    (i32.store offset=96 (;CONSUMED;) (global.get $STATE) (i32.const 0))
    (i32.store offset=116 (;HEADER_LEN;) (global.get $STATE) (i32.const 0))
    (i32.store offset=28 (;SRC_START;) (global.get $READER) (local.get $src_ptr))
    (call $begin_bits
      (local.get $src_ptr)
      (i32.add (local.get $src_ptr) (local.get $src_len))
      (i32.load offset=92 (;BIT;) (global.get $STATE)))
    (local.set $verdict (call $run))
    (local.set $wrong (i32.load offset=104 (;WRONG;) (global.get $STATE)))
    (local.set $at
      (i32.wrap_i64 (i64.shr_u (i64.add (call $position) (i64.const 7)) (i64.const 3))))
    (if
      (i32.and
        (i32.eq (local.get $verdict) (global.get $SOURCE_ENDS))
        (i32.and (local.get $options) (global.get $DECODE_LAST)))
      (then
        (local.set $verdict (global.get $FAULT))
        (local.set $wrong (global.get $WRONG_ENDS))
        (local.set $at (local.get $src_len))))
    (i32.store offset=100 (;PRODUCED;) (global.get $STATE)
      (i32.sub (i32.load offset=32 (;OUT;) (global.get $READER)) (local.get $out)))
    (i32.store offset=8 (;HISTORY;) (global.get $STATE)
      (call $least!
        (i32.sub (i32.load offset=32 (;OUT;) (global.get $READER)) (local.get $dst_ptr))
        (i32.load offset=4 (;WINDOW;) (global.get $STATE)))))
  (i32.store offset=104 (;WRONG;) (global.get $STATE) (i32.const 0))
  (i32.store offset=120 (;STOPPED;) (global.get $STATE) (local.get $verdict))
  (memory.copy (local.get $next_ptr) (global.get $STATE) (global.get $DECODE_STATE_SIZE))
  (if (i32.ne (local.get $verdict) (global.get $FAULT)) (then (return (i32.const 0))))
  (call $refuse!
    (local.get $fault_ptr)
    (i32.sub
      (local.get $at)
      (i32.and
        (i32.ne (local.get $wrong) (global.get $WRONG_ENDS))
        (i32.ne (local.get $at) (i32.const 0))))
    (local.get $at)
    (local.get $wrong))
  (select
    (i32.const -5)
    (i32.const -3)
    (i32.eq (local.get $wrong) (global.get $WRONG_LARGE_WINDOW))))

;; Whether the state is one of a metablock that has tables.
(func $is_within_metablock (result i32)
  (i32.le_u
    (i32.sub
      (i32.load offset=0 (;PHASE;) (global.get $STATE))
      (global.get $PHASE_COMMAND))
    (i32.sub (global.get $PHASE_WORD) (global.get $PHASE_COMMAND))))

;; Makes the tables of the metablock at hand again. Whether its header is one.
(func $remake
  (param $state_ptr i32) (param $header_ptr i32) (param $header_len i32) (result i32)
  (local $kind i32)
  (i32.store offset=28 (;SRC_START;) (global.get $READER) (local.get $header_ptr))
  (call $begin_bits
    (local.get $header_ptr)
    (i32.add (local.get $header_ptr) (local.get $header_len))
    (i32.load offset=112 (;HEADER_BIT;) (global.get $STATE)))
  (if (call $read_metablock) (then (return (i32.const 0))))
  (if
    (i32.ne (i32.load offset=0 (;PHASE;) (global.get $STATE)) (global.get $PHASE_COMMAND))
    (then (return (i32.const 0))))
  ;; But for what the header has set.
  (memory.copy (global.get $STATE) (local.get $state_ptr) (global.get $DECODE_STATE_SIZE))
  (loop $next_kind
    (if (call $has_other_types (local.get $kind)) (then (return (i32.const 0))))
    (local.set $kind (i32.add (local.get $kind) (i32.const 1)))
    (br_if $next_kind (i32.lt_u (local.get $kind) (i32.const 3))))
  (call $begin_block (i32.const 0))
  (call $begin_block (i32.const 1))
  (call $begin_block (i32.const 2))
  (i32.const 1))

;; Whether the state has types of blocks of a kind that the header has not.
(func $has_other_types (param $kind i32) (result i32)
  (local $types i32)
  (local $kinds i32)
  (local.set $types (call $of_kind! (global.get $STATE) (local.get $kind)))
  (local.set $kinds
    (i32.load offset=68 (;KINDS;) (call $of_kind! (global.get $READER) (local.get $kind))))
  ;; Before the first switch, the type before is 1, whether there is that or not.
  (i32.or
    (i32.ge_u (i32.load offset=68 (;TYPES;) (local.get $types)) (local.get $kinds))
    (i32.gt_u (i32.load offset=80 (;BEFORE;) (local.get $types)) (local.get $kinds))))
