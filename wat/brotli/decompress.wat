;; ---- whole streams

;; Layout fault
;;   offset  size  field    meaning
;;        0     4  start    u32: the offset of the byte in which what is wrong ends
;;        4     4  end      u32: the offset behind it; the same where the stream ends too early
;;        8     2  code     u16, of the enumeration `wrong`
;;       10     2  wanted   u16: 0
;;       12     4  related  u32: no other place has to do with it, 0xffffffff

;; Says what is wrong with [start, end) of the input.
(func $refuse! (param $fault_ptr i32) (param $start i32) (param $end i32) (param $code i32)
  (i32.store offset=0 (;START;) (local.get $fault_ptr) (local.get $start))
  (i32.store offset=4 (;END;) (local.get $fault_ptr) (local.get $end))
  (i32.store16 offset=8 (;CODE;) (local.get $fault_ptr) (local.get $code))
  (i32.store16 offset=10 (;WANTED;) (local.get $fault_ptr) (i32.const 0))
  (i32.store offset=12 (;RELATED;) (local.get $fault_ptr) (i32.const -1)))

;; What the tables of 256 codes of each kind take.
(global $MOST_WORK i32 (i32.const 1347584))

;; i32 brotli_decompress_work_size(u32 src_len)
;;   How many bytes of work memory brotli_decompress needs for src_len bytes: 1,347,584 at most.
;;   Reads and writes nothing. src_len = 0 gives 3,584.
(func $brotli_decompress_work_size (export "brotli_decompress_work_size")
  (param $src_len i32) (result i32)
  ;; No code has less than ten bits, and no table more than 2,160 bytes.
  (if (i32.gt_u (local.get $src_len) (i32.const 750)) (then (return (global.get $MOST_WORK))))
  (i32.mul (i32.add (local.get $src_len) (i32.const 2)) (i32.const 1792)))

;; i32 brotli_decompress(const u8 *src_ptr, u32 src_len, u8 *work_ptr, u32 work_cap,
;;                       u8 *dst_ptr, u32 dst_cap, u8 *fault_ptr)
;;   Writes what the stream [src_ptr, src_ptr+src_len) stands for and returns its length.
;;   -2 output_too_small where the content is longer than dst_cap, or than 2^31-1 bytes.
;;   -3 malformed where the stream is not valid, ends early, or something follows it.
;;   -5 unsupported where its window has more than 24 bits.
;;   -6 too_large where work_cap is less than brotli_decompress_work_size(src_len).
;;   Of several, the first counts. Where a command goes over the end of its metablock, that is -2
;;   if the metablock is longer than the room that is left, or else -3.
;;   Reads the span, writes within dst_cap, also past what it returns, within work_cap, the static
;;   region, and 16 bytes at fault_ptr where it refuses. src_len = 0 gives -3.
(func $brotli_decompress (export "brotli_decompress")
  (param $src_ptr i32) (param $src_len i32) (param $work_ptr i32) (param $work_cap i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $verdict i32)
  (local $wrong i32)
  (local $at i32)
  (if
    (i32.lt_u (local.get $work_cap) (call $brotli_decompress_work_size (local.get $src_len)))
    (then
      (call $refuse!
        (local.get $fault_ptr) (i32.const 0) (i32.const 0) (global.get $WRONG_ROOM))
      (return (i32.const -6))))
  (call $begin_stream)
  (call $begin_step
    (local.get $work_ptr)
    (local.get $dst_ptr)
    (local.get $dst_ptr)
    (i32.add
      (local.get $dst_ptr)
      (call $least! (local.get $dst_cap) (i32.const 0x7fffffff))))
  (i32.store offset=84 (;WHOLE;) (global.get $READER) (i32.const 1))
  (i32.store offset=28 (;SRC_START;) (global.get $READER) (local.get $src_ptr))
  (call $begin_bits
    (local.get $src_ptr)
    (i32.add (local.get $src_ptr) (local.get $src_len))
    (i32.const 0))
  (local.set $verdict (call $run))
  (if (i32.eq (local.get $verdict) (global.get $ROOM_ENDS)) (then (return (i32.const -2))))
  (if (i32.eq (local.get $verdict) (global.get $SOURCE_ENDS))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (local.get $src_len)
        (local.get $src_len)
        (global.get $WRONG_ENDS))
      (return (i32.const -3))))
  (local.set $at
    (i32.wrap_i64 (i64.shr_u (i64.add (call $position) (i64.const 7)) (i64.const 3))))
  (if (i32.eq (local.get $verdict) (global.get $STREAM_ENDS))
    (then
      (if (i32.eq (local.get $at) (local.get $src_len))
        (then
          (return
            (i32.sub
              (i32.load offset=32 (;OUT;) (global.get $READER))
              (local.get $dst_ptr)))))
      (call $refuse!
        (local.get $fault_ptr)
        (local.get $at)
        (local.get $src_len)
        (global.get $WRONG_TRAILING))
      (return (i32.const -3))))
  (local.set $wrong (i32.load offset=104 (;WRONG;) (global.get $STATE)))
  (call $refuse!
    (local.get $fault_ptr)
    (i32.sub (local.get $at) (i32.const 1))
    (local.get $at)
    (local.get $wrong))
  (select
    (i32.const -5)
    (i32.const -3)
    (i32.eq (local.get $wrong) (global.get $WRONG_LARGE_WINDOW))))

;; The state before the first byte.
(func $begin_stream
  (memory.fill (global.get $STATE) (i32.const 0) (global.get $DECODE_STATE_SIZE))
  (i32.store offset=0 (;PHASE;) (global.get $STATE) (global.get $PHASE_STREAM)))

;; What a call gives a step: memory for tables, and the room behind the content that there is.
(func $begin_step (param $work_ptr i32) (param $window i32) (param $out i32) (param $out_end i32)
  (i32.store offset=80 (;WORK;) (global.get $READER) (local.get $work_ptr))
  (i32.store offset=40 (;REACHED;) (global.get $READER) (local.get $window))
  (i32.store offset=32 (;OUT;) (global.get $READER) (local.get $out))
  (i32.store offset=36 (;OUT_END;) (global.get $READER) (local.get $out_end)))

;; Whether commands can be decoded with a margin on both sides.
(func $is_wide (result i32)
  (local $phase i32)
  (local.set $phase (i32.load offset=0 (;PHASE;) (global.get $STATE)))
  (if
    (i32.gt_u
      (i32.sub (local.get $phase) (global.get $PHASE_COMMAND))
      (i32.sub (global.get $PHASE_LITERALS) (global.get $PHASE_COMMAND)))
    (then (return (i32.const 0))))
  (i32.and
    (i32.and
      (i32.eqz (i32.load offset=88 (;IN_TAIL;) (global.get $READER)))
      (i32.gt_u (call $room!) (global.get $MARGIN)))
    (i32.gt_u
      (i32.sub
        (i32.load offset=32 (;OUT;) (global.get $READER))
        (i32.load offset=40 (;REACHED;) (global.get $READER)))
      (i32.const 1))))

;; Makes one step after the other. The verdict of that which was not made. The state says how far
;; the source was taken.
(func $run (result i32)
  (local $verdict i32)
  (local $phase i32)
  (loop $next_step
    (if (call $is_wide) (then (call $run_fast) (call $commit)))
    (local.set $phase (i32.load offset=0 (;PHASE;) (global.get $STATE)))
    (block $made
      (block $stream
        (block $metablock
          (block $stored
            (block $skipped
              (block $commands
                (block $end
                  (br_table $stream $metablock $stored $skipped
                    $commands $commands $commands $commands $commands $end
                    (local.get $phase)))
                ;; $end
                (return (global.get $STREAM_ENDS)))
              ;; $commands
              (local.set $verdict (call $run_exact))
              (br $made))
            ;; $skipped
            (local.set $verdict (call $run_bytes (i32.const 0)))
            (br $made))
          ;; $stored
          (local.set $verdict (call $run_bytes (i32.const 1)))
          (br $made))
        ;; $metablock
        (local.set $verdict (call $read_metablock))
        (br $made))
      ;; $stream
      (local.set $verdict (call $read_window)))
    (if (local.get $verdict) (then (return (local.get $verdict))))
    (call $commit)
    (br $next_step))
  (unreachable))

;; Takes bytes as they are, for the content or for nothing. A verdict.
(func $run_bytes (param $is_content i32) (result i32)
  (local $left i32)
  (local $src i32)
  (local $src_end i32)
  (local $len i32)
  (local.set $left (i32.load offset=16 (;LEFT;) (global.get $STATE)))
  (local.set $src
    (i32.add
      (i32.load offset=28 (;SRC_START;) (global.get $READER))
      (i32.load offset=96 (;CONSUMED;) (global.get $STATE))))
  (local.set $src_end
    (i32.add
      (i32.load offset=20 (;SRC_END;) (global.get $READER))
      (i32.load offset=24 (;MOVED;) (global.get $READER))))
  (if (local.get $left)
    (then
      (local.set $len
        (call $least!
          (local.get $left)
          (i32.sub (local.get $src_end) (local.get $src))))
      (if (i32.eqz (local.get $len)) (then (return (global.get $SOURCE_ENDS))))
      (if (local.get $is_content)
        (then
          (local.set $len (call $least! (local.get $len) (call $room!)))
          (if (i32.eqz (local.get $len)) (then (return (global.get $ROOM_ENDS))))
          (memory.copy
            (i32.load offset=32 (;OUT;) (global.get $READER))
            (local.get $src)
            (local.get $len))
          (i32.store offset=32 (;OUT;) (global.get $READER)
            (i32.add
              (i32.load offset=32 (;OUT;) (global.get $READER))
              (local.get $len)))))
      (i32.store offset=16 (;LEFT;) (global.get $STATE)
        (i32.sub (local.get $left) (local.get $len)))
      (call $begin_bits
        (i32.add (local.get $src) (local.get $len))
        (local.get $src_end)
        (i32.const 0))
      (if (i32.ne (local.get $left) (local.get $len)) (then (return (i32.const 0))))))
  (call $end_metablock))
