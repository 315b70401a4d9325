;; ---- The tree over the chunks

;; Levels of the stack are the bits of the number of chunks that are on it: at level k stands the
;; chaining value of 2^k chunks.
(func $level_at! (param $stack_ptr i32) (param $level i64) (result i32)
  (i32.add
    (local.get $stack_ptr)
    (i32.shl (i32.wrap_i64 (local.get $level)) (i32.const 5))))

;; Puts the 2^level chunks from ptr on, sixteen at most, onto a stack of `counter` chunks, a
;; multiple of as many. Something of the message follows. Subtrees of one size become one of the
;; next, as a carry goes through the bits of a sum, and leave zeros behind.
(func $push (param $stack_ptr i32) (param $counter i64) (param $level i64) (param $ptr i32)
  (local $left_ptr i32)
  (call $join
    (call $chunks
      (local.get $ptr)
      (i32.shl (global.get $CHUNK_LEN) (i32.wrap_i64 (local.get $level)))
      (local.get $counter))
    (i32.const 1))
  (block $done
    (loop $carry
      (local.set $left_ptr (call $level_at! (local.get $stack_ptr) (local.get $level)))
      (br_if $done
        (i64.eqz
          (i64.and
            (i64.shr_u (local.get $counter) (local.get $level))
            (i64.const 1))))
      (call $set_parent (local.get $left_ptr) (global.get $CVS))
      (call $write_cv (global.get $CVS))
      (v128.store (local.get $left_ptr) (v128.const i64x2 0 0))
      (v128.store offset=16 (local.get $left_ptr) (v128.const i64x2 0 0))
      (local.set $level (i64.add (local.get $level) (i64.const 1)))
      (br $carry)))
  (call $copy_32! (global.get $CVS) (local.get $left_ptr)))

;; Makes `node` the root of the message that is a stack of `counter` chunks and the len bytes from
;; ptr on behind them, sixteen chunks at most.
(func $close (param $stack_ptr i32) (param $counter i64) (param $ptr i32) (param $len i32)
  (if (i32.le_u (local.get $len) (global.get $CHUNK_LEN))
    (then (call $set_chunk (local.get $ptr) (local.get $len) (local.get $counter)))
    (else
      (call $join
        (call $chunks (local.get $ptr) (local.get $len) (local.get $counter))
        (i32.const 2))
      (call $set_parent
        (global.get $CVS)
        (i32.add (global.get $CVS) (global.get $CV_LEN)))))
  (block $done
    (loop $next_level
      (br_if $done (i64.eqz (local.get $counter)))
      (call $write_cv (global.get $CVS))
      (call $set_parent
        (call $level_at! (local.get $stack_ptr) (i64.ctz (local.get $counter)))
        (global.get $CVS))
      (local.set $counter
        (i64.and
          (local.get $counter)
          (i64.sub (local.get $counter) (i64.const 1))))
      (br $next_level))))

;; Writes the chaining values of the chunks of len bytes, of one to sixteen chunks, to `cvs`, and
;; returns how many they are. Three that are left go into four lanes as well: the last lane takes
;; another's chunk, and what it makes of it is not read.
(func $chunks (param $ptr i32) (param $len i32) (param $counter i64) (result i32)
  (local $count i32)
  (local $whole i32) ;; whole chunks that are left
  (local $last i32)  ;; the offset of the last of them, in a group of four
  (block $alone
    (loop $next_4
      (local.set $whole (i32.shr_u (local.get $len) (i32.const 10)))
      (br_if $alone (i32.lt_u (local.get $whole) (i32.const 3)))
      (if (i32.gt_u (local.get $whole) (i32.const 4))
        (then (local.set $whole (i32.const 4))))
      (local.set $last
        (i32.shl (i32.sub (local.get $whole) (i32.const 1)) (i32.const 10)))
      (call $compress_lanes
        (local.get $ptr)
        (i32.add (local.get $ptr) (i32.const 1024))
        (i32.add (local.get $ptr) (i32.const 2048))
        (i32.add (local.get $ptr) (local.get $last))
        (i32.const 16)
        (i64.add (local.get $counter) (i64.extend_i32_u (local.get $count)))
        (v128.const i32x4 0 1 2 3)
        (i32.load offset=32 (;MODE.FLAGS;) (global.get $MODE))
        (i32.add (global.get $CVS) (i32.shl (local.get $count) (i32.const 5))))
      (local.set $count (i32.add (local.get $count) (local.get $whole)))
      (local.set $whole (i32.shl (local.get $whole) (i32.const 10)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.sub (local.get $len) (local.get $whole)))
      (br $next_4)))
  (block $done
    (loop $next_chunk
      (br_if $done (i32.eqz (local.get $len)))
      (local.set $whole
        (select
          (local.get $len)
          (global.get $CHUNK_LEN)
          (i32.lt_u (local.get $len) (global.get $CHUNK_LEN))))
      (call $set_chunk
        (local.get $ptr)
        (local.get $whole)
        (i64.add (local.get $counter) (i64.extend_i32_u (local.get $count))))
      (call $write_cv
        (i32.add (global.get $CVS) (i32.shl (local.get $count) (i32.const 5))))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.sub (local.get $len) (local.get $whole)))
      (br $next_chunk)))
  (local.get $count))

;; Makes parents of the `count` chaining values of `cvs`, and parents of those, until `most` are
;; left, one or two. One without a neighbour goes up as it is.
(func $join (param $count i32) (param $most i32)
  (local $pairs i32)
  (local $pair i32)
  (block $done
    (loop $next_level
      (br_if $done (i32.le_u (local.get $count) (local.get $most)))
      (local.set $pairs (i32.shr_u (local.get $count) (i32.const 1)))
      (local.set $pair (i32.const 0))
      (block $joined
        (loop $next_pairs
          (br_if $joined (i32.ge_u (local.get $pair) (local.get $pairs)))
          (if (i32.lt_u (i32.sub (local.get $pairs) (local.get $pair)) (i32.const 3))
            (then
              (call $set_parent
                (call $pair_at! (local.get $pair))
                (i32.add (call $pair_at! (local.get $pair)) (global.get $CV_LEN)))
              (call $write_cv
                (i32.add (global.get $CVS) (i32.shl (local.get $pair) (i32.const 5))))
              (local.set $pair (i32.add (local.get $pair) (i32.const 1))))
            (else
              ;; What a lane without a pair makes stands behind the parents, in front of what is
              ;; not yet read.
              (call $compress_lanes
                (call $pair_at! (local.get $pair))
                (i32.add (call $pair_at! (local.get $pair)) (i32.const 64))
                (i32.add (call $pair_at! (local.get $pair)) (i32.const 128))
                (i32.add (call $pair_at! (local.get $pair)) (i32.const 192))
                (i32.const 1)
                (i64.const 0)
                (v128.const i32x4 0 0 0 0)
                (i32.or
                  (i32.load offset=32 (;MODE.FLAGS;) (global.get $MODE))
                  (global.get $PARENT))
                (i32.add (global.get $CVS) (i32.shl (local.get $pair) (i32.const 5))))
              (local.set $pair (i32.add (local.get $pair) (i32.const 4)))))
          (br $next_pairs)))
      (if (i32.and (local.get $count) (i32.const 1))
        (then
          (call $copy_32!
            (call $pair_at! (local.get $pairs))
            (i32.add (global.get $CVS) (i32.shl (local.get $pairs) (i32.const 5))))))
      (local.set $count (i32.sub (local.get $count) (local.get $pairs)))
      (br $next_level))))

;; Where two chaining values begin that have one parent: they are its block.
(func $pair_at! (param $pair i32) (result i32)
  (i32.add (global.get $CVS) (i32.shl (local.get $pair) (i32.const 6))))

;; Makes `node` the last block of a chunk of len bytes, 1024 at most, after compressing those before
;; it.
(func $set_chunk (param $ptr i32) (param $len i32) (param $counter i64)
  (local $cv_low v128)
  (local $cv_high v128)
  (local $flags i32)
  (local.set $cv_low (v128.load offset=0 (;MODE.KEY;) (global.get $MODE)))
  (local.set $cv_high (v128.load offset=16 (;MODE.KEY+16;) (global.get $MODE)))
  (local.set $flags
    (i32.or
      (i32.load offset=32 (;MODE.FLAGS;) (global.get $MODE))
      (global.get $CHUNK_START)))
  (block $last
    (loop $next_block
      (br_if $last (i32.le_u (local.get $len) (i32.const 64)))
      (call $compress
        (local.get $cv_low)
        (local.get $cv_high)
        (local.get $ptr)
        (local.get $counter)
        (i32.const 64)
        (local.get $flags))
      (call $cv_of_rows!)
      (local.set $cv_high)
      (local.set $cv_low)
      (local.set $flags (i32.load offset=32 (;MODE.FLAGS;) (global.get $MODE)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
      (local.set $len (i32.sub (local.get $len) (i32.const 64)))
      (br $next_block)))
  (v128.store offset=0 (;NODE.CV;) (global.get $NODE) (local.get $cv_low))
  (v128.store offset=16 (;NODE.CV+16;) (global.get $NODE) (local.get $cv_high))
  (if (i32.lt_u (local.get $len) (i32.const 64))
    (then
      (v128.store offset=32 (;NODE.BLOCK;) (global.get $NODE) (v128.const i64x2 0 0))
      (v128.store offset=48 (;NODE.BLOCK+16;) (global.get $NODE) (v128.const i64x2 0 0))
      (v128.store offset=64 (;NODE.BLOCK+32;) (global.get $NODE) (v128.const i64x2 0 0))
      (v128.store offset=80 (;NODE.BLOCK+48;) (global.get $NODE) (v128.const i64x2 0 0))))
  (call $copy
    (i32.add (global.get $NODE) (i32.const 32 (;NODE.BLOCK;)))
    (local.get $ptr)
    (local.get $len))
  (i64.store offset=96 (;COUNTER;) (global.get $NODE) (local.get $counter))
  (i32.store offset=104 (;NODE.LEN;) (global.get $NODE) (local.get $len))
  (i32.store offset=108 (;NODE.FLAGS;) (global.get $NODE)
    (i32.or (local.get $flags) (global.get $CHUNK_END))))

;; Makes `node` the parent of two chaining values.
(func $set_parent (param $left_ptr i32) (param $right_ptr i32)
  (call $copy_32!
    (local.get $left_ptr)
    (i32.add (global.get $NODE) (i32.const 32 (;NODE.BLOCK;))))
  (call $copy_32!
    (local.get $right_ptr)
    (i32.add (global.get $NODE) (i32.const 64 (;NODE.BLOCK+32;))))
  (call $copy_32! (global.get $MODE) (global.get $NODE))
  (i64.store offset=96 (;COUNTER;) (global.get $NODE) (i64.const 0))
  (i32.store offset=104 (;NODE.LEN;) (global.get $NODE) (i32.const 64))
  (i32.store offset=108 (;NODE.FLAGS;) (global.get $NODE)
    (i32.or
      (i32.load offset=32 (;MODE.FLAGS;) (global.get $MODE))
      (global.get $PARENT))))

;; Compresses `node`, and writes its chaining value.
(func $write_cv (param $dst_ptr i32)
  (local $cv_low v128)
  (local $cv_high v128)
  (call $compress_node! (i32.const 0))
  (call $cv_of_rows!)
  (local.set $cv_high)
  (local.set $cv_low)
  (v128.store (local.get $dst_ptr) (local.get $cv_low))
  (v128.store offset=16 (local.get $dst_ptr) (local.get $cv_high)))

;; The rows of `node` after the last round; `more` are flags that come to its own.
(func $compress_node! (param $more i32) (result v128 v128 v128 v128)
  (call $compress
    (v128.load offset=0 (;NODE.CV;) (global.get $NODE))
    (v128.load offset=16 (;NODE.CV+16;) (global.get $NODE))
    (i32.add (global.get $NODE) (i32.const 32 (;NODE.BLOCK;)))
    (i64.load offset=96 (;COUNTER;) (global.get $NODE))
    (i32.load offset=104 (;NODE.LEN;) (global.get $NODE))
    (i32.or
      (i32.load offset=108 (;NODE.FLAGS;) (global.get $NODE))
      (local.get $more))))

;; The chaining value that four rows come to.
(func $cv_of_rows! (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (result v128 v128)
  (v128.xor (local.get $a) (local.get $c))
  (v128.xor (local.get $b) (local.get $d)))
