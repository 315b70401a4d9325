;; ---- frames

;; A frame is a header, blocks behind their lengths, an end mark and, if its header says so, a
;; checksum of the content. Matches of a linked block reach back into the content before it.
;;
;; Making and reading frames in pieces are steps over whole elements: what is not there as a whole
;; is left to the next step, and the caller keeps it. The content that matches may reach back to
;; stands before the piece, in the caller's buffer. So a state is small: no step holds any content.
;; A step leaves the state that it begins with as it is, and writes another, or over it.
;;
;; Both states begin with the same fields.

;; Layout encode_state
;;   offset   size  field         meaning
;;        0      4  phase         u32, of the enumeration `encode_phase`
;;        4      4  flags         u32, of the enumeration `flag`
;;        8      8  content_size  u64, where the flags say that the frame has it
;;       16      8  position      u64: the length of the content so far
;;       24     16  lanes         four u32: its hash, but for the last position mod 16 bytes
;;       40      4  consumed      u32: how many bytes of the piece were taken
;;       44  16384  places        the table, with positions mod 2^16 in place of addresses

;; Layout decode_state
;;   offset   size  field          meaning
;;        0      4  phase          u32, of the enumeration `phase`
;;        4      4  flags          u32, of the enumeration `flag`
;;        8      8  content_size   u64, where the flags say that the frame has it
;;       16      8  position       u64: the length of the content so far
;;       24     16  lanes          four u32: its hash, but for the last position mod 16 bytes
;;       40      4  consumed       u32: how many bytes of the source were taken
;;       44      4  produced       u32: how many bytes of content were written
;;       48      4  block_size     u32: how much content a block may have
;;       52      4  to_skip        u32: how much of a skippable frame is still to come
;;       56      4  source_needed  u32: how many bytes the next element has at least, or 0
;;       60      4  room_needed    u32: how much room the next block may take, or 0
;;       64      4  wrong          u32, of the enumeration `wrong`, or 0

;; What a frame begins with. The size is there where the flags say so.
;;
;; Layout frame_header
;;   offset  size  field         meaning
;;        0     4  magic         u32: MAGIC
;;        4     2  descriptor    u16, of the enumeration `flag`
;;        6     8  claimed_size  u64: how long the content is

;; Layout skippable_header
;;   offset  size  field        meaning
;;        0     4  magic        u32: SKIPPABLE_MAGIC, or up to 15 more
;;        4     4  skipped_len  u32: how many bytes follow

;; Layout frame_end
;;   offset  size  field         meaning
;;        0     4  mark          u32: 0
;;        4     4  content_hash  u32, where the flags say that the frame has it

(global $MAGIC        i32 (i32.const 0x184d2204))
(global $LEGACY_MAGIC i32 (i32.const 0x184c2102))
;; This one and the fifteen behind it.
(global $SKIPPABLE_MAGIC i32 (i32.const 0x184d2a50))

;; The flags of a frame are the first two bytes of its descriptor: FLG, which has the version too,
;; and BD << 8, where bits 6 to 4 say how long blocks are. Where one is made, bits 19 to 16 are the
;; level of its blocks: 0 for $compress, or 3 to 12.
;;
;; Enumeration flag
;;    value  name              meaning
;;     0x01  dictionary        the number of a dictionary follows
;;     0x04  content_checksum  the content's hash stands behind it
;;     0x08  content_size      its size follows
;;     0x10  block_checksum    each block's hash stands behind it
;;     0x20  independent       no block reaches back over its start
;;   0x4000  smallest_blocks   the lowest of the numbers for block sizes: 64 KiB
;;   0x8f02  reserved          bits that are to be 0
(global $FLAG_INDEPENDENT      i32 (i32.const 0x20))
(global $FLAG_BLOCK_CHECKSUM   i32 (i32.const 0x10))
(global $FLAG_CONTENT_SIZE     i32 (i32.const 0x08))
(global $FLAG_CONTENT_CHECKSUM i32 (i32.const 0x04))
(global $FLAG_RESERVED         i32 (i32.const 0x8f02))
(global $FLAG_DICTIONARY       i32 (i32.const 0x01))
(global $FLAG_SMALLEST_BLOCKS  i32 (i32.const 0x4000))

;; How far back content is kept: a distance less than that is the longest.
(global $HISTORY i32 (i32.const 65536))

;; The bit of a block's length that says that the block is stored, not compressed.
(global $STORED i32 (i32.const 0x80000000))

(func $min! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b))))

;; 2^16, 2^18, 2^20 or 2^22
(func $block_size! (param $flags i32) (result i32)
  (i32.shl
    (i32.const 1)
    (i32.add
      (i32.and (i32.shr_u (local.get $flags) (i32.const 11)) (i32.const 14))
      (i32.const 8))))

;; How much of the content there is to reach back to.
(func $history! (param $state i32) (result i32)
  (if (result i32)
    (i64.gt_u
      (i64.load offset=16 (;POSITION;) (local.get $state))
      (i64.extend_i32_u (global.get $HISTORY)))
    (then (global.get $HISTORY))
    (else (i32.load offset=16 (;POSITION;) (local.get $state)))))

;; Where the matches of a block whose content is at $ptr reach back to.
(func $window! (param $state i32) (param $ptr i32) (result i32)
  (if (result i32)
    (i32.and
      (i32.load offset=4 (;FLAGS;) (local.get $state))
      (global.get $FLAG_INDEPENDENT))
    (then (local.get $ptr))
    (else (i32.sub (local.get $ptr) (call $history! (local.get $state))))))

;; Begins a content that has no byte yet.
(func $begin_content! (param $state i32)
  (i64.store offset=16 (;POSITION;) (local.get $state) (i64.const 0))
  (call $set_lanes! (local.get $state) (call $start_lanes! (i32.const 0))))

;; Goes on with the content by [$ptr, $ptr+$len). What makes no 16 bytes yet is hashed later, from
;; where it stands.
(func $add_content (param $state i32) (param $ptr i32) (param $len i32)
  (local $end i32) ;; of what is hashed
  (local $unhashed i32)
  (local.set $unhashed
    (i32.and (i32.load offset=16 (;POSITION;) (local.get $state)) (i32.const 15)))
  (i64.store offset=16 (;POSITION;) (local.get $state)
    (i64.add
      (i64.load offset=16 (;POSITION;) (local.get $state))
      (i64.extend_i32_u (local.get $len))))
  (if
    (i32.and
      (i32.load offset=4 (;FLAGS;) (local.get $state))
      (global.get $FLAG_CONTENT_CHECKSUM))
    (then
      (local.set $len (i32.add (local.get $len) (local.get $unhashed)))
      (local.set $ptr (i32.sub (local.get $ptr) (local.get $unhashed)))
      (local.set $end (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -16))))
      (call $add_stripes (local.get $state) (local.get $ptr) (local.get $end)))))

;; The hash of the content, which ends at $end.
(func $content_hash (param $state i32) (param $end i32) (result i32)
  (call $lanes_hash
    (local.get $state)
    (i64.load offset=16 (;POSITION;) (local.get $state))
    (i32.sub
      (local.get $end)
      (i32.and (i32.load offset=16 (;POSITION;) (local.get $state)) (i32.const 15)))))

;; The header's checksum: bits 15 to 8 of the hash of the descriptor.
(func $header_hash! (param $descriptor_ptr i32) (param $len i32) (result i32)
  (i32.and
    (i32.shr_u
      (call $xxh32 (local.get $descriptor_ptr) (local.get $len) (i32.const 0))
      (i32.const 8))
    (i32.const 0xff)))

;; ---- making frames

;; Whether these are the flags of a frame that is made here.
(func $can_make! (param $flags i32) (result i32)
  (i32.and
    (i32.eq (i32.and (local.get $flags) (i32.const 0xfff0cfc3)) (i32.const 0x4040))
    (i32.or
      (i32.eqz (call $level! (local.get $flags)))
      (i32.lt_u (i32.sub (call $level! (local.get $flags)) (i32.const 3)) (i32.const 10)))))

(func $level! (param $flags i32) (result i32)
  (i32.shr_u (local.get $flags) (i32.const 16)))

;; i32 lz4_frame_work_size(u32 flags)
;;   How many bytes lz4_frame_compress and lz4_frame_encode work in for these flags, whatever the
;;   content is: 0, or 786,560 where the flags have a level.
;;   Reads and writes nothing.
(func $lz4_frame_work_size (export "lz4_frame_work_size") (param $flags i32) (result i32)
  (if (result i32) (call $level! (local.get $flags))
    (then
      (call $lz4_compress_hc_work_size
        (i32.shl (i32.const 1) (global.get $CHUNK_LOG))))
    (else (i32.const 0))))

;; i32 lz4_frame_bound(u32 len)
;;   How long the frame of `len` bytes may be, whatever its flags are: len, 8 for each block of
;;   64 KiB or a part of it, and 23; or -6 too_large where len is over 0x7e000000.
;;   Reads and writes nothing. len = 0 gives 23.
(func $lz4_frame_bound (export "lz4_frame_bound") (param $len i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (i32.add
    (i32.add (local.get $len) (i32.const 23))
    (i32.shl
      (i32.shr_u (i32.add (local.get $len) (i32.const 65535)) (i32.const 16))
      (i32.const 3))))

;; i32 lz4_frame_compress(
;;     const u8 *src_ptr, u32 src_len, u32 flags, u8 *work_ptr, u32 work_cap,
;;     u8 *dst_ptr, u32 dst_cap)
;;   Writes [src_ptr, src_ptr+src_len) as one frame and returns its length. The flags are the first
;;   two bytes of the frame's descriptor, FLG | BD << 8: 0x40 for the version, 0x20 for independent
;;   blocks, 0x10 for a checksum of each block, 8 for the content's size, 4 for its checksum; and
;;   0x4000, 0x5000, 0x6000 or 0x7000 for blocks of 64 KiB, 256 KiB, 1 MiB or 4 MiB. Above them,
;;   from bit 16 on, a level of 3 to 12 makes the blocks as lz4_compress_hc does, but that linked
;;   ones refer to those before.
;;   -2 output_too_small where the frame is longer than dst_cap; never where dst_cap is
;;   lz4_frame_bound(src_len). -5 unsupported for other flags. -6 too_large where src_len is over
;;   0x7e000000, or work_cap is less than lz4_frame_work_size(flags).
;;   Reads the span, writes within dst_cap, also past what it returns, the work memory and the
;;   static region. src_len = 0 gives a frame without blocks.
(func $lz4_frame_compress (export "lz4_frame_compress")
  (param $src_ptr i32) (param $src_len i32) (param $flags i32)
  (param $work_ptr i32) (param $work_cap i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (if (i32.gt_u (local.get $src_len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (if (i32.eqz (call $can_make! (local.get $flags))) (then (return (i32.const -5))))
  (if (i32.lt_u (local.get $work_cap) (call $lz4_frame_work_size (local.get $flags)))
    (then (return (i32.const -6))))
  (i32.store offset=0 (;PHASE;)
    (global.get $WHOLE_FRAME) (i32.const 0 (;ENCODE_PHASE.HEADER;)))
  (i32.store offset=4 (;FLAGS;) (global.get $WHOLE_FRAME) (local.get $flags))
  (i64.store offset=8 (;CONTENT_SIZE;) (global.get $WHOLE_FRAME)
    (i64.extend_i32_u (local.get $src_len)))
  (if (i32.eqz (i32.and (local.get $flags) (global.get $FLAG_INDEPENDENT)))
    (then (call $forget (local.get $src_ptr))))
  (call $encode
    (global.get $WHOLE_FRAME)
    (local.get $src_ptr)
    (i32.add (local.get $src_ptr) (local.get $src_len))
    (i32.const 1 (;LAST.END;))
    (local.get $work_ptr)
    (local.get $dst_ptr)
    (i32.add (local.get $dst_ptr) (local.get $dst_cap))))

;; Enumeration encode_phase
;;   value  name    meaning
;;       0  header  nothing was written yet
;;       1  blocks  the header was

;; Enumeration last
;;   value  name   meaning
;;       0  no     whole blocks of the piece are taken
;;       1  end    all of it is taken, and the frame ends
;;       2  flush  all of it is taken, the last block may be short, and the frame goes on
(global $ENCODE_STATE_SIZE (export "lz4_frame_encode_state_size") i32 (i32.const 16428))

;; i32 lz4_frame_encode(
;;     const u8 *state_ptr, u8 *next_ptr, const u8 *src_ptr, u32 src_len, u32 last,
;;     u8 *work_ptr, u32 work_cap, u8 *dst_ptr, u32 dst_cap)
;;   Goes on with a frame by a piece of its content and returns how many bytes of it were written.
;;   An encode_state is all zeros at first, but for the flags of lz4_frame_compress and, where they
;;   say that there is one, the content_size. The next state goes to next_ptr, which may be
;;   state_ptr.
;;   The span begins with the content's last min(position, 65536) bytes before the piece, or with
;;   position mod 16 where blocks are independent. `last` is a value of the enumeration of that
;;   name. After a flush what was written so far can be read. The next state's `consumed` says how
;;   many bytes of the piece were taken. The rest is to come again. Without a flush, the frame's
;;   bytes are those of lz4_frame_compress, however the content is cut.
;;   -2 output_too_small where dst_cap cannot hold that; never where dst_cap is lz4_frame_bound of
;;   the piece. -3 malformed where the span is shorter than what it is to begin with, or where the
;;   frame ends and its content has another size than the state says. -5 unsupported for other
;;   flags. -6 too_large where work_cap is less than lz4_frame_work_size(flags). After an error the
;;   next state is undefined.
;;   Reads the state and the span, writes the next state, within dst_cap, also past what it returns,
;;   the work memory and the static region. A piece of length 0 gives the header, if it is the
;;   first, and the end, where `last` is 1 (end); never a block.
(func $lz4_frame_encode (export "lz4_frame_encode")
  (param $state_ptr i32) (param $next_ptr i32)
  (param $src_ptr i32) (param $src_len i32) (param $last i32)
  (param $work_ptr i32) (param $work_cap i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $history i32) ;; bytes before the piece
  (local $linked i32)
  (local $piece_ptr i32)
  (local $flags i32)
  (local $has_places i32)
  (local $start i32)   ;; the address of the content's first byte, as far as 16 bits go
  (local $written i32)
  (memory.copy (local.get $next_ptr) (local.get $state_ptr) (global.get $ENCODE_STATE_SIZE))
  (local.set $flags (i32.load offset=4 (;FLAGS;) (local.get $state_ptr)))
  (if (i32.eqz (call $can_make! (local.get $flags))) (then (return (i32.const -5))))
  (if (i32.lt_u (local.get $work_cap) (call $lz4_frame_work_size (local.get $flags)))
    (then (return (i32.const -6))))
  (local.set $linked (i32.eqz (i32.and (local.get $flags) (global.get $FLAG_INDEPENDENT))))
  (local.set $has_places
    (i32.and (local.get $linked) (i32.eqz (call $level! (local.get $flags)))))
  ;; The content's hash begins with what made no 16 bytes yet.
  (local.set $history
    (if (result i32) (local.get $linked)
      (then (call $history! (local.get $state_ptr)))
      (else
        (i32.and
          (i32.load offset=16 (;POSITION;) (local.get $state_ptr))
          (i32.const 15)))))
  (if (i32.lt_u (local.get $src_len) (local.get $history)) (then (return (i32.const -3))))
  (local.set $piece_ptr (i32.add (local.get $src_ptr) (local.get $history)))
  (local.set $start
    (i32.sub
      (local.get $piece_ptr)
      (i32.load offset=16 (;POSITION;) (local.get $state_ptr))))
  (if (local.get $has_places)
    (then
      (call $shift_places!
        (i32.add (local.get $state_ptr) (i32.const 44 (;ENCODE_STATE.PLACES;)))
        (global.get $PLACES)
        (local.get $start))))
  (local.set $written
    (call $encode
      (local.get $next_ptr)
      (local.get $piece_ptr)
      (i32.add (local.get $src_ptr) (local.get $src_len))
      (local.get $last)
      (local.get $work_ptr)
      (local.get $dst_ptr)
      (i32.add (local.get $dst_ptr) (local.get $dst_cap))))
  (if (local.get $has_places)
    (then
      (call $shift_places!
        (global.get $PLACES)
        (i32.add (local.get $next_ptr) (i32.const 44 (;ENCODE_STATE.PLACES;)))
        (i32.sub (i32.const 0) (local.get $start)))))
  (local.get $written))

;; Copies the table, and adds $by to each of its entries.
(func $shift_places! (param $from i32) (param $to i32) (param $by i32)
  (local $steps v128)
  (local $end i32) ;; of the copy
  (local.set $steps (i16x8.splat (local.get $by)))
  (local.set $end
    (i32.add (local.get $to) (i32.sub (global.get $PLACES_END) (global.get $PLACES))))
  (loop $next_16
    (v128.store (local.get $to) (i16x8.add (v128.load (local.get $from)) (local.get $steps)))
    (v128.store offset=16 (local.get $to)
      (i16x8.add (v128.load offset=16 (local.get $from)) (local.get $steps)))
    (local.set $from (i32.add (local.get $from) (i32.const 32)))
    (local.set $to (i32.add (local.get $to) (i32.const 32)))
    (br_if $next_16 (i32.ne (local.get $to) (local.get $end)))))

;; Has the work memory know of no content.
(func $forget_all (param $work_ptr i32) (param $flags i32)
  (call $lay_out (local.get $work_ptr) (global.get $CHUNK_LOG) (call $level! (local.get $flags))))

;; Writes a block by the frame's level: its length, or -2.
(func $compress_block
  (param $state i32) (param $work_ptr i32) (param $src i32) (param $len i32)
  (param $dst i32) (param $dst_cap i32)
  (result i32)
  (local $flags i32)
  (local $independent i32)
  (local $window i32)
  (local.set $flags (i32.load offset=4 (;FLAGS;) (local.get $state)))
  (local.set $independent (i32.and (local.get $flags) (global.get $FLAG_INDEPENDENT)))
  (local.set $window (call $window! (local.get $state) (local.get $src)))
  (if (call $level! (local.get $flags))
    (then
      (if (local.get $independent)
        (then (call $forget_all (local.get $work_ptr) (local.get $flags))))
      (call $remember (local.get $work_ptr) (local.get $window) (local.get $src))
      (return
        (call $compress_hc_block
          (local.get $work_ptr) (local.get $src) (local.get $len) (local.get $window)
          (local.get $dst) (local.get $dst_cap)))))
  (if (local.get $independent) (then (call $forget (local.get $src))))
  (call $compress
    (local.get $src) (local.get $len) (local.get $window) (local.get $dst) (local.get $dst_cap)))

;; Writes the header, if that is still to come, the whole blocks of [$src_ptr, $src_end), the rest
;; of it where $last is not 0, and the end where $last is 1. The length of all that, or -2, or -3.
;; Where blocks are linked and have no level, the table knows of the content before.
(func $encode
  (param $state i32) (param $src_ptr i32) (param $src_end i32) (param $last i32)
  (param $work_ptr i32) (param $dst_ptr i32) (param $dst_end i32)
  (result i32)
  (local $src i32)
  (local $dst i32)
  (local $flags i32)
  (local $left i32)     ;; bytes of the piece, or of the output
  (local $len i32)      ;; of the next block, or of the header
  (local $data_len i32) ;; of the same as it is written
  (local.set $src (local.get $src_ptr))
  (local.set $dst (local.get $dst_ptr))
  (local.set $flags (i32.load offset=4 (;FLAGS;) (local.get $state)))
  (if (i32.eqz (i32.load offset=0 (;PHASE;) (local.get $state)))
    (then
      (i32.store offset=0 (;PHASE;) (local.get $state) (i32.const 1 (;ENCODE_PHASE.BLOCKS;)))
      (call $begin_content! (local.get $state))
      (local.set $len (call $header_len! (local.get $flags)))
      (if (i32.lt_u (i32.sub (local.get $dst_end) (local.get $dst)) (local.get $len))
        (then (return (i32.const -2))))
      (i32.store (local.get $dst) (global.get $MAGIC))
      (i32.store16 offset=4 (;DESCRIPTOR;) (local.get $dst) (local.get $flags))
      (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE))
        (then
          (i64.store offset=6 (;CLAIMED_SIZE;) (local.get $dst)
            (i64.load offset=8 (;CONTENT_SIZE;) (local.get $state)))))
      (local.set $dst (i32.add (local.get $dst) (local.get $len)))
      (i32.store8
        (i32.sub (local.get $dst) (i32.const 1))
        (call $header_hash!
          (i32.add (local.get $dst_ptr) (i32.const 4))
          (i32.sub (local.get $len) (i32.const 5))))))
  (if (call $level! (local.get $flags))
    (then (call $forget_all (local.get $work_ptr) (local.get $flags))))
  (block $no_block_left
    (loop $next_block
      (local.set $left (i32.sub (local.get $src_end) (local.get $src)))
      (local.set $len (call $min! (local.get $left) (call $block_size! (local.get $flags))))
      (br_if $no_block_left (i32.eqz (local.get $len)))
      (if (i32.lt_u (local.get $len) (call $block_size! (local.get $flags)))
        (then (br_if $no_block_left (i32.eqz (local.get $last)))))
      (local.set $left (i32.sub (local.get $dst_end) (local.get $dst)))
      (if (i32.lt_u (local.get $left) (i32.const 4)) (then (return (i32.const -2))))
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 4)))
      ;; One that does not become shorter is stored.
      (local.set $data_len
        (call $compress_block
          (local.get $state) (local.get $work_ptr) (local.get $src) (local.get $len)
          (local.get $dst)
          (call $min! (local.get $left) (i32.sub (local.get $len) (i32.const 1)))))
      (if (i32.ge_s (local.get $data_len) (i32.const 0))
        (then (i32.store (i32.sub (local.get $dst) (i32.const 4)) (local.get $data_len)))
        (else
          (if (i32.lt_u (local.get $left) (local.get $len)) (then (return (i32.const -2))))
          (call $copy_exactly (local.get $dst) (local.get $src) (local.get $len))
          (local.set $data_len (local.get $len))
          (i32.store
            (i32.sub (local.get $dst) (i32.const 4))
            (i32.or (local.get $len) (global.get $STORED)))))
      (local.set $dst (i32.add (local.get $dst) (local.get $data_len)))
      (if (i32.and (local.get $flags) (global.get $FLAG_BLOCK_CHECKSUM))
        (then
          (if (i32.lt_u (i32.sub (local.get $dst_end) (local.get $dst)) (i32.const 4))
            (then (return (i32.const -2))))
          (i32.store
            (local.get $dst)
            (call $xxh32
              (i32.sub (local.get $dst) (local.get $data_len))
              (local.get $data_len)
              (i32.const 0)))
          (local.set $dst (i32.add (local.get $dst) (i32.const 4)))))
      (call $add_content (local.get $state) (local.get $src) (local.get $len))
      (local.set $src (i32.add (local.get $src) (local.get $len)))
      (br $next_block)))
  (i32.store offset=40 (;CONSUMED;) (local.get $state)
    (i32.sub (local.get $src) (local.get $src_ptr)))
  (if (i32.eq (local.get $last) (i32.const 1 (;LAST.END;)))
    (then
      (if
        (i32.and
          (i32.ne (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE)) (i32.const 0))
          (i64.ne
            (i64.load offset=16 (;POSITION;) (local.get $state))
            (i64.load offset=8 (;CONTENT_SIZE;) (local.get $state))))
        (then (return (i32.const -3))))
      (local.set $len (call $end_len! (local.get $flags)))
      (if (i32.lt_u (i32.sub (local.get $dst_end) (local.get $dst)) (local.get $len))
        (then (return (i32.const -2))))
      (i32.store (local.get $dst) (i32.const 0))
      (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_CHECKSUM))
        (then
          (i32.store offset=4 (;CONTENT_HASH;) (local.get $dst)
            (call $content_hash (local.get $state) (local.get $src)))))
      (local.set $dst (i32.add (local.get $dst) (local.get $len)))))
  (i32.sub (local.get $dst) (local.get $dst_ptr)))

;; ---- reading frames

;; The length of a header: magic number, FLG, BD, eight bytes for the content's size where its bit,
;; which is 8, is set, four for a dictionary's number, and the checksum.
(func $header_len! (param $flags i32) (result i32)
  (i32.add
    (i32.add (i32.const 7) (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE)))
    (i32.shl (i32.and (local.get $flags) (global.get $FLAG_DICTIONARY)) (i32.const 2))))

;; The length of an end: the mark, and the checksum where its bit, which is 4, is set.
(func $end_len! (param $flags i32) (result i32)
  (i32.add (i32.const 4) (i32.and (local.get $flags) (global.get $FLAG_CONTENT_CHECKSUM))))

;; The length of a block: of its length, its data, and four bytes for a checksum where its bit,
;; which is 16, is set.
(func $block_len! (param $flags i32) (param $word i32) (result i32)
  (i32.add
    (i32.add
      (i32.const 4)
      (i32.shr_u (i32.and (local.get $flags) (global.get $FLAG_BLOCK_CHECKSUM)) (i32.const 2)))
    (call $data_len! (local.get $word))))

(func $data_len! (param $word i32) (result i32)
  (i32.and (local.get $word) (i32.const 0x7fffffff)))

(func $is_skippable! (param $magic i32) (result i32)
  (i32.eq (i32.and (local.get $magic) (i32.const -16)) (global.get $SKIPPABLE_MAGIC)))

;; Blocks of a legacy frame hold 8 MiB, and are not longer than the bound of that: a greater number
;; is the magic number of another frame.
(global $LEGACY_BLOCK  i32 (i32.const 0x800000))
(global $LEGACY_LONGEST i32 (i32.const 0x808090))

;; What the decoder reads next.
;;
;; Enumeration phase
;;   value  name          meaning
;;       0  no_frame_yet  the first frame
;;       1  between       another frame, or nothing: one has ended
;;       2  blocks        a block of a frame, or its end
;;       3  legacy        a block of a legacy frame, or another frame, or nothing
;;       4  skipping      the content of a skippable frame
(global $PHASE_NO_FRAME_YET i32 (i32.const 0))
(global $PHASE_BETWEEN      i32 (i32.const 1))
(global $PHASE_BLOCKS       i32 (i32.const 2))
(global $PHASE_LEGACY       i32 (i32.const 3))
(global $PHASE_SKIPPING     i32 (i32.const 4))

;; What can be wrong.
;;
;; Enumeration wrong
;;   value  name              meaning
;;       1  magic             no frame begins here
;;       2  version           it is another
;;       3  header_checksum   it does not match
;;       4  reserved          a bit that is to be 0 is not
;;       5  block_size        a number that stands for no size
;;       6  dictionary        there is one
;;       7  block_length      a block is longer than the header says
;;       8  block_checksum    it does not match
;;       9  block             its data are not LZ4
;;      10  content_size      it is another than the header says
;;      11  content_checksum  it does not match
;;      12  room              there is too little of it
(global $WRONG_MAGIC            i32 (i32.const 1))
(global $WRONG_VERSION          i32 (i32.const 2))
(global $WRONG_HEADER_CHECKSUM  i32 (i32.const 3))
(global $WRONG_RESERVED         i32 (i32.const 4))
(global $WRONG_BLOCK_SIZE       i32 (i32.const 5))
(global $WRONG_DICTIONARY       i32 (i32.const 6))
(global $WRONG_BLOCK_LENGTH     i32 (i32.const 7))
(global $WRONG_BLOCK_CHECKSUM   i32 (i32.const 8))
(global $WRONG_BLOCK            i32 (i32.const 9))
(global $WRONG_CONTENT_SIZE     i32 (i32.const 10))
(global $WRONG_CONTENT_CHECKSUM i32 (i32.const 11))
(global $WRONG_ROOM             i32 (i32.const 12))

;; i32 lz4_frame_decompress(const u8 *src_ptr, u32 src_len, u8 *dst_ptr, u32 dst_cap)
;;   Writes the content of all frames in [src_ptr, src_ptr+src_len), one behind the other, and
;;   returns its length. Legacy frames are read; skippable ones have no content.
;;   -3 malformed where there is no frame, where one is cut short, a block is not LZ4 or stands for
;;   more than the frame's header allows, or the content has another size than the header says;
;;   -4 checksum where one of a header, a block or a content does not match; -5 unsupported where a
;;   header asks for a dictionary, another version or what is reserved; -2 output_too_small where
;;   dst_cap or 2^31 - 1 bytes end first. Of several, the first counts.
;;   Reads the span, writes within dst_cap, also past what it returns, and the static region.
;;   src_len = 0 gives -3.
(func $lz4_frame_decompress (export "lz4_frame_decompress")
  (param $src_ptr i32) (param $src_len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $status i32)
  (local $phase i32)
  (i32.store offset=0 (;PHASE;) (global.get $WHOLE_FRAME) (global.get $PHASE_NO_FRAME_YET))
  (local.set $status
    (call $decode_frames
      (global.get $WHOLE_FRAME)
      (local.get $src_ptr)
      (i32.add (local.get $src_ptr) (local.get $src_len))
      (local.get $dst_ptr)
      (i32.add
        (local.get $dst_ptr)
        (call $min! (local.get $dst_cap) (i32.const 0x7fffffff)))
      (i32.const 1)))
  (if (local.get $status) (then (return (local.get $status))))
  (local.set $phase (i32.load offset=0 (;PHASE;) (global.get $WHOLE_FRAME)))
  (if
    (i32.and
      (i32.ne (local.get $phase) (global.get $PHASE_BETWEEN))
      (i32.ne (local.get $phase) (global.get $PHASE_LEGACY)))
    (then (return (i32.const -3))))
  (if
    (i32.ne
      (i32.load offset=40 (;CONSUMED;) (global.get $WHOLE_FRAME))
      (local.get $src_len))
    (then (return (i32.const -3))))
  (i32.load offset=44 (;PRODUCED;) (global.get $WHOLE_FRAME)))

(global $DECODE_STATE_SIZE (export "lz4_frame_decode_state_size") i32 (i32.const 68))

;; i32 lz4_frame_decode(const u8 *state_ptr, u8 *next_ptr, const u8 *src_ptr, u32 src_len,
;;                      u8 *dst_ptr, u32 dst_cap, u32 exact)
;;   Reads frames in pieces, whole elements at a time: headers, blocks, ends. A decode_state is all
;;   zeros at first. The next state goes to next_ptr, which may be state_ptr. It says how many bytes
;;   of the source were taken (consumed), the rest of which is to come again; how many bytes of
;;   content were written (produced); where the source ends within an element, how many bytes that
;;   has, or at least (source_needed); and where there is less, how much room the next block may
;;   take (room_needed). Nowhere but in the phases `between` and `legacy` may the source end.
;;   The room begins with the content's last min(position, 65536) bytes; the new ones go behind
;;   them. Where `exact` is not 0, blocks that may not fit are tried.
;;   0, or a status as lz4_frame_decompress returns it: -3, -4, -5, and -2 only if `exact` is not 0,
;;   or where the room is shorter than what it is to begin with. After an error `consumed` and
;;   `produced` say where its element begins, and `wrong` what is.
;;   Reads the state, the span and the content before, writes the next state and the room behind
;;   that content, also past what was produced. src_len = 0 takes nothing.
(func $lz4_frame_decode (export "lz4_frame_decode")
  (param $state_ptr i32) (param $next_ptr i32)
  (param $src_ptr i32) (param $src_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $exact i32)
  (result i32)
  (local $history i32)
  (memory.copy (local.get $next_ptr) (local.get $state_ptr) (global.get $DECODE_STATE_SIZE))
  (local.set $history (call $history! (local.get $state_ptr)))
  (if (i32.lt_u (local.get $dst_cap) (local.get $history))
    (then
      (return
        (call $wrong! (local.get $next_ptr) (global.get $WRONG_ROOM) (i32.const -2)))))
  (call $decode_frames
    (local.get $next_ptr)
    (local.get $src_ptr)
    (i32.add (local.get $src_ptr) (local.get $src_len))
    (i32.add (local.get $dst_ptr) (local.get $history))
    (i32.add (local.get $dst_ptr) (local.get $dst_cap))
    (local.get $exact)))

(func $wrong! (param $state i32) (param $what i32) (param $status i32) (result i32)
  (i32.store offset=64 (;WRONG;) (local.get $state) (local.get $what))
  (local.get $status))

;; Takes elements while that can be done. 0, or a status.
(func $decode_frames
  (param $state i32) (param $src_ptr i32) (param $src_end i32)
  (param $dst_ptr i32) (param $dst_end i32) (param $exact i32)
  (result i32)
  (local $src i32)
  (local $dst i32)
  (local $taken i32)    ;; of the source, or a status
  (local $produced i32)
  (local.set $src (local.get $src_ptr))
  (local.set $dst (local.get $dst_ptr))
  (i32.store offset=56 (;SOURCE_NEEDED;) (local.get $state) (i32.const 0))
  (i32.store offset=60 (;ROOM_NEEDED;) (local.get $state) (i32.const 0))
  (i32.store offset=64 (;WRONG;) (local.get $state) (i32.const 0))
  (loop $next_element
    (i32.store offset=40 (;CONSUMED;) (local.get $state)
      (i32.sub (local.get $src) (local.get $src_ptr)))
    (i32.store offset=44 (;PRODUCED;) (local.get $state)
      (i32.sub (local.get $dst) (local.get $dst_ptr)))
    (call $element
      (local.get $state)
      (local.get $src)
      (i32.sub (local.get $src_end) (local.get $src))
      (local.get $dst)
      (local.get $dst_end)
      (local.get $exact))
    (local.set $produced)
    (local.set $taken)
    (local.set $src (i32.add (local.get $src) (local.get $taken)))
    (local.set $dst (i32.add (local.get $dst) (local.get $produced)))
    (br_if $next_element (i32.gt_s (local.get $taken) (i32.const 0))))
  (local.get $taken))

;; Takes one element. How many bytes of the source it had, 0 where it is still to come, or a status;
;; and how many bytes of content it gave.
(func $element
  (param $state i32) (param $src i32) (param $left i32) (param $dst i32) (param $dst_end i32)
  (param $exact i32)
  (result i32 i32)
  (local $phase i32)
  (local $word i32)
  (local $len i32)
  (local.set $phase (i32.load offset=0 (;PHASE;) (local.get $state)))
  (if (i32.eq (local.get $phase) (global.get $PHASE_SKIPPING))
    (then (return (call $skip! (local.get $state) (local.get $left)) (i32.const 0))))
  (if (call $is_short! (local.get $state) (local.get $left) (i32.const 4))
    (then (return (i32.const 0) (i32.const 0))))
  (local.set $word (i32.load (local.get $src)))
  (if (i32.eq (local.get $phase) (global.get $PHASE_BLOCKS))
    (then
      (if (i32.eqz (local.get $word))
        (then
          (return
            (call $end_frame
              (local.get $state) (local.get $src) (local.get $left) (local.get $dst))
            (i32.const 0))))
      (if
        (i32.gt_u
          (call $data_len! (local.get $word))
          (i32.load offset=48 (;BLOCK_SIZE;) (local.get $state)))
        (then
          (return
            (call $wrong! (local.get $state) (global.get $WRONG_BLOCK_LENGTH) (i32.const -3))
            (i32.const 0))))
      (return
        (call $block
          (local.get $state)
          (local.get $src)
          (local.get $left)
          (local.get $dst)
          (local.get $dst_end)
          (local.get $exact)))))
  (if (i32.eq (local.get $phase) (global.get $PHASE_LEGACY))
    (then
      (if (i32.le_u (local.get $word) (global.get $LEGACY_LONGEST))
        (then
          (return
            (call $block
              (local.get $state)
              (local.get $src)
              (local.get $left)
              (local.get $dst)
              (local.get $dst_end)
              (local.get $exact)))))))
  (if (i32.eq (local.get $word) (global.get $MAGIC))
    (then
      (return
        (call $begin_frame (local.get $state) (local.get $src) (local.get $left))
        (i32.const 0))))
  (if (i32.eq (local.get $word) (global.get $LEGACY_MAGIC))
    (then
      (call $begin_content! (local.get $state))
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_LEGACY))
      (i32.store offset=4 (;FLAGS;) (local.get $state) (global.get $FLAG_INDEPENDENT))
      (i32.store offset=48 (;BLOCK_SIZE;) (local.get $state) (global.get $LEGACY_BLOCK))
      (return (i32.const 4) (i32.const 0))))
  (if (call $is_skippable! (local.get $word))
    (then
      (if (call $is_short! (local.get $state) (local.get $left) (i32.const 8))
        (then (return (i32.const 0) (i32.const 0))))
      (local.set $len (i32.load offset=4 (;SKIPPED_LEN;) (local.get $src)))
      (i32.store offset=52 (;TO_SKIP;) (local.get $state) (local.get $len))
      (i32.store offset=0 (;PHASE;) (local.get $state)
        (select (global.get $PHASE_SKIPPING) (global.get $PHASE_BETWEEN) (local.get $len)))
      (return (i32.const 8) (i32.const 0))))
  (call $wrong! (local.get $state) (global.get $WRONG_MAGIC) (i32.const -3))
  (i32.const 0))

;; Whether fewer than $len bytes are left; then so many are needed.
(func $is_short! (param $state i32) (param $left i32) (param $len i32) (result i32)
  (if (result i32) (i32.lt_u (local.get $left) (local.get $len))
    (then
      (i32.store offset=56 (;SOURCE_NEEDED;) (local.get $state) (local.get $len))
      (i32.const 1))
    (else (i32.const 0))))

;; Takes what there is of a skippable frame's content. At most 2^31 - 1 bytes at a time: more would
;; look like a status.
(func $skip! (param $state i32) (param $left i32) (result i32)
  (local $len i32)
  (if (call $is_short! (local.get $state) (local.get $left) (i32.const 1))
    (then (return (i32.const 0))))
  (local.set $len (i32.load offset=52 (;TO_SKIP;) (local.get $state)))
  (local.set $left
    (call $min! (call $min! (local.get $left) (local.get $len)) (i32.const 0x7fffffff)))
  (local.set $len (i32.sub (local.get $len) (local.get $left)))
  (i32.store offset=52 (;TO_SKIP;) (local.get $state) (local.get $len))
  (if (i32.eqz (local.get $len))
    (then (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BETWEEN))))
  (local.get $left))

;; Takes a header. What $element returns first.
(func $begin_frame (param $state i32) (param $src i32) (param $left i32) (result i32)
  (local $flags i32)
  (local $len i32)
  (local $wrong i32)
  (if (call $is_short! (local.get $state) (local.get $left) (i32.const 7))
    (then (return (i32.const 0))))
  (local.set $flags (i32.load16_u offset=4 (;DESCRIPTOR;) (local.get $src)))
  (local.set $len (call $header_len! (local.get $flags)))
  ;; Another version's header may have another length.
  (if (call $has_version! (local.get $flags))
    (then
      (if (call $is_short! (local.get $state) (local.get $left) (local.get $len))
        (then (return (i32.const 0))))))
  (local.set $wrong (call $wrong_in_header (local.get $src)))
  (if (local.get $wrong)
    (then
      (return
        (call $wrong!
          (local.get $state)
          (local.get $wrong)
          (select
            (i32.const -4)
            (i32.const -5)
            (i32.eq (local.get $wrong) (global.get $WRONG_HEADER_CHECKSUM)))))))
  (call $begin_content! (local.get $state))
  (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BLOCKS))
  (i32.store offset=4 (;FLAGS;) (local.get $state) (local.get $flags))
  (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE))
    (then
      (i64.store offset=8 (;CONTENT_SIZE;) (local.get $state)
        (i64.load offset=6 (;CLAIMED_SIZE;) (local.get $src)))))
  (i32.store offset=48 (;BLOCK_SIZE;) (local.get $state)
    (call $block_size! (local.get $flags)))
  (local.get $len))

(func $has_version! (param $flags i32) (result i32)
  (i32.eq (i32.and (local.get $flags) (i32.const 0xc0)) (i32.const 0x40)))

;; What is wrong in the header at $src, which is there as a whole if its version is ours; or 0. Its
;; checksum comes first: where that is wrong, the rest means nothing.
(func $wrong_in_header (param $src i32) (result i32)
  (local $flags i32)
  (local $len i32)
  (local.set $flags (i32.load16_u offset=4 (;DESCRIPTOR;) (local.get $src)))
  (if (i32.eqz (call $has_version! (local.get $flags)))
    (then (return (global.get $WRONG_VERSION))))
  (local.set $len (call $header_len! (local.get $flags)))
  (if
    (i32.ne
      (call $header_hash!
        (i32.add (local.get $src) (i32.const 4))
        (i32.sub (local.get $len) (i32.const 5)))
      (i32.load8_u (i32.sub (i32.add (local.get $src) (local.get $len)) (i32.const 1))))
    (then (return (global.get $WRONG_HEADER_CHECKSUM))))
  (if (i32.and (local.get $flags) (global.get $FLAG_RESERVED))
    (then (return (global.get $WRONG_RESERVED))))
  (if (i32.lt_u (local.get $flags) (global.get $FLAG_SMALLEST_BLOCKS))
    (then (return (global.get $WRONG_BLOCK_SIZE))))
  (if (i32.and (local.get $flags) (global.get $FLAG_DICTIONARY))
    (then (return (global.get $WRONG_DICTIONARY))))
  (i32.const 0))

;; Takes an end mark and what follows it. What $element returns first.
(func $end_frame
  (param $state i32) (param $src i32) (param $left i32) (param $dst i32) (result i32)
  (local $flags i32)
  (local $len i32)
  (local.set $flags (i32.load offset=4 (;FLAGS;) (local.get $state)))
  (local.set $len (call $end_len! (local.get $flags)))
  (if (call $is_short! (local.get $state) (local.get $left) (local.get $len))
    (then (return (i32.const 0))))
  (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE))
    (then
      (if
        (i64.ne
          (i64.load offset=16 (;POSITION;) (local.get $state))
          (i64.load offset=8 (;CONTENT_SIZE;) (local.get $state)))
        (then
          (return
            (call $wrong!
              (local.get $state) (global.get $WRONG_CONTENT_SIZE) (i32.const -3)))))))
  (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_CHECKSUM))
    (then
      (if
        (i32.ne
          (call $content_hash (local.get $state) (local.get $dst))
          (i32.load offset=4 (;CONTENT_HASH;) (local.get $src)))
        (then
          (return
            (call $wrong!
              (local.get $state) (global.get $WRONG_CONTENT_CHECKSUM) (i32.const -4)))))))
  (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BETWEEN))
  (local.get $len))

;; Takes a block. What $element returns.
(func $block
  (param $state i32) (param $src i32) (param $left i32) (param $dst i32) (param $dst_end i32)
  (param $exact i32)
  (result i32 i32)
  (local $flags i32)
  (local $word i32)
  (local $len i32)      ;; of the block
  (local $data_ptr i32)
  (local $data_len i32)
  (local $most i32)     ;; how much content it may give
  (local $claimed i64)  ;; how much the header says that there is left
  (local $room i32)
  (local $wrong i32)    ;; what is, where there is more
  (local $produced i32)
  (local.set $flags (i32.load offset=4 (;FLAGS;) (local.get $state)))
  (local.set $word (i32.load (local.get $src)))
  (local.set $len (call $block_len! (local.get $flags) (local.get $word)))
  (if (call $is_short! (local.get $state) (local.get $left) (local.get $len))
    (then (return (i32.const 0) (i32.const 0))))
  (local.set $data_ptr (i32.add (local.get $src) (i32.const 4)))
  (local.set $data_len (call $data_len! (local.get $word)))
  ;; No byte of a block stands for more than 255.
  (local.set $most
    (if (result i32) (i32.and (local.get $word) (global.get $STORED))
      (then (local.get $data_len))
      (else
        (call $min!
          (i32.mul (local.get $data_len) (i32.const 255))
          (i32.load offset=48 (;BLOCK_SIZE;) (local.get $state))))))
  (local.set $wrong (global.get $WRONG_BLOCK_LENGTH))
  (if (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE))
    (then
      (local.set $claimed
        (i64.sub
          (i64.load offset=8 (;CONTENT_SIZE;) (local.get $state))
          (i64.load offset=16 (;POSITION;) (local.get $state))))
      (if (i64.lt_u (local.get $claimed) (i64.extend_i32_u (local.get $most)))
        (then
          (local.set $wrong (global.get $WRONG_CONTENT_SIZE))
          (local.set $most (i32.wrap_i64 (local.get $claimed)))))))
  (local.set $room (i32.sub (local.get $dst_end) (local.get $dst)))
  (if (i32.lt_u (local.get $room) (local.get $most))
    (then
      (if (i32.eqz (local.get $exact))
        (then
          (i32.store offset=60 (;ROOM_NEEDED;) (local.get $state) (local.get $most))
          (return (i32.const 0) (i32.const 0))))
      (local.set $wrong (global.get $WRONG_ROOM))
      (local.set $most (local.get $room))))
  (if (i32.and (local.get $flags) (global.get $FLAG_BLOCK_CHECKSUM))
    (then
      (if
        (i32.ne
          (call $xxh32 (local.get $data_ptr) (local.get $data_len) (i32.const 0))
          (i32.load (i32.add (local.get $data_ptr) (local.get $data_len))))
        (then
          (return
            (call $wrong!
              (local.get $state) (global.get $WRONG_BLOCK_CHECKSUM) (i32.const -4))
            (i32.const 0))))))
  (local.set $produced
    (if (result i32) (i32.and (local.get $word) (global.get $STORED))
      (then
        (call $copy_stored!
          (local.get $dst) (local.get $data_ptr) (local.get $data_len) (local.get $most)))
      (else
        (call $decode
          (local.get $data_ptr)
          (i32.add (local.get $data_ptr) (local.get $data_len))
          (local.get $dst)
          (i32.add (local.get $dst) (local.get $most))
          (call $window! (local.get $state) (local.get $dst))))))
  (if (i32.eq (local.get $produced) (i32.const -3))
    (then
      (return
        (call $wrong! (local.get $state) (global.get $WRONG_BLOCK) (i32.const -3))
        (i32.const 0))))
  (if (i32.eq (local.get $produced) (i32.const -2))
    (then
      (return
        (call $wrong!
          (local.get $state)
          (local.get $wrong)
          (select
            (i32.const -2)
            (i32.const -3)
            (i32.eq (local.get $wrong) (global.get $WRONG_ROOM))))
        (i32.const 0))))
  (call $add_content (local.get $state) (local.get $dst) (local.get $produced))
  (local.get $len)
  (local.get $produced))

;; Copies $len bytes where that is $most at most. The length, or -2.
(func $copy_stored!
  (param $dst i32) (param $src i32) (param $len i32) (param $most i32) (result i32)
  (if (i32.gt_u (local.get $len) (local.get $most)) (then (return (i32.const -2))))
  (call $copy_exactly (local.get $dst) (local.get $src) (local.get $len))
  (local.get $len))

;; i64 lz4_frame_content_size(const u8 *ptr, u32 len)
;;   How long the content of all frames in [ptr, ptr+len) is, as their headers say, together; or -1
;;   where one of them does not say, is a legacy frame, is cut short or none at all, or where the
;;   sum takes more than 63 bits. Blocks are passed over: their data may still be anything, and
;;   have another length.
;;   Reads the span, writes nothing. len = 0 gives -1.
(func $lz4_frame_content_size (export "lz4_frame_content_size")
  (param $ptr i32) (param $len i32) (result i64)
  (local $sum i64)
  (local $size i64)
  (local $frame_len i32)
  (loop $next_frame
    (if (i32.lt_u (local.get $len) (i32.const 8)) (then (return (i64.const -1))))
    (if (call $is_skippable! (i32.load (local.get $ptr)))
      (then
        (local.set $frame_len (i32.load offset=4 (;SKIPPED_LEN;) (local.get $ptr)))
        (if
          (i32.gt_u
            (local.get $frame_len)
            (i32.sub (local.get $len) (i32.const 8)))
          (then (return (i64.const -1))))
        (local.set $frame_len (i32.add (local.get $frame_len) (i32.const 8))))
      (else
        (local.set $frame_len (call $frame_len (local.get $ptr) (local.get $len)))
        (if (i32.eqz (local.get $frame_len)) (then (return (i64.const -1))))
        (local.set $size (i64.load offset=6 (;CLAIMED_SIZE;) (local.get $ptr)))
        (if (i64.lt_s (local.get $size) (i64.const 0)) (then (return (i64.const -1))))
        (local.set $sum (i64.add (local.get $sum) (local.get $size)))
        (if (i64.lt_s (local.get $sum) (i64.const 0)) (then (return (i64.const -1))))))
    (local.set $ptr (i32.add (local.get $ptr) (local.get $frame_len)))
    (local.set $len (i32.sub (local.get $len) (local.get $frame_len)))
    (br_if $next_frame (local.get $len)))
  (local.get $sum))

;; The length of the frame at the start of [$ptr, $ptr+$len), which has eight bytes; 0 where it is
;; none, has no content size, or ends later.
(func $frame_len (param $ptr i32) (param $len i32) (result i32)
  (local $flags i32)
  (local $at i32)   ;; offset of the next element
  (local $left i32) ;; bytes from there on
  (local $word i32)
  (local $element_len i32)
  (if (i32.ne (i32.load (local.get $ptr)) (global.get $MAGIC)) (then (return (i32.const 0))))
  (local.set $flags (i32.load16_u offset=4 (;DESCRIPTOR;) (local.get $ptr)))
  (if (i32.eqz (i32.and (local.get $flags) (global.get $FLAG_CONTENT_SIZE)))
    (then (return (i32.const 0))))
  (local.set $at (call $header_len! (local.get $flags)))
  (if (i32.lt_u (local.get $len) (local.get $at)) (then (return (i32.const 0))))
  (if (call $wrong_in_header (local.get $ptr)) (then (return (i32.const 0))))
  (loop $next_block
    (local.set $left (i32.sub (local.get $len) (local.get $at)))
    (if (i32.lt_u (local.get $left) (i32.const 4)) (then (return (i32.const 0))))
    (local.set $word (i32.load (i32.add (local.get $ptr) (local.get $at))))
    ;; Longer than any block: the length of the element could wrap.
    (if (i32.gt_u (call $data_len! (local.get $word)) (i32.const 0x400000))
      (then (return (i32.const 0))))
    (local.set $element_len
      (if (result i32) (local.get $word)
        (then (call $block_len! (local.get $flags) (local.get $word)))
        (else (call $end_len! (local.get $flags)))))
    (if (i32.lt_u (local.get $left) (local.get $element_len)) (then (return (i32.const 0))))
    (local.set $at (i32.add (local.get $at) (local.get $element_len)))
    (br_if $next_block (local.get $word)))
  (local.get $at))
