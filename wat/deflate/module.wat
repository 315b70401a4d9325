;;! summary   = "DEFLATE, raw and in zlib and gzip containers"
;;! spec      = "RFC 1951 (DEFLATE), RFC 1950 (zlib), RFC 1952 (gzip)"
;;! exports   = ["inflate", "zlib_decompress", "gzip_decompress", "inflate_update"]
;;! fragments = [
;;!   "lib/address", "lib/crc32_tables", "lib/inflate_tables", "lib/fault", "lib/crc32",
;;!   "lib/adler32", "entries", "symbols", "blocks", "containers", "inflate",
;;! ]

;; A block is Huffman codes of literals and matches, which are copies of up to 32 KiB back. One
;; lookup in a table tells what the next bits are and how many: the symbol's base, its code and the
;; extra bits behind it go by one shift. Most of a block is decoded in a loop that reads eight bytes
;; at a time and copies 32, while there is room for that on both sides; what is near an end or
;; broken is decoded again, symbol by symbol and exactly.

;; Fragments
;;   name                meaning
;;   lib/address         sums of addresses that become immediates
;;   lib/crc32_tables    what each byte comes to in a CRC-32
;;   lib/inflate_tables  what the symbols mean, and how matches repeat themselves
;;   lib/fault           what a kernel says of an input that it refuses
;;   lib/crc32           CRC-32: how it is taken
;;   lib/adler32         Adler-32: how it is taken
;;   entries             decoding tables, from the lengths of codes
;;   symbols             literals and matches by those tables: quickly, and exactly
;;   blocks              what stands around them: headers, code lengths, stored bytes
;;   containers          zlib and gzip: what stands before the blocks and behind them
;;   inflate             streams of blocks in their containers, whole and in pieces

;; Memory map
;;   offset  length  name              meaning
;;        0   16384  crc32_tables      u32: for 0 to 15 bytes that follow, what each byte comes to
;;    16384    8496  sums              CRC: what stays of the last bytes, and of the next
;;    24896    1152  symbol_entries    u32: of literals, lengths and the end, what an entry has
;;    26048     128  distance_entries  u32: the same of distances
;;    26176      76  length_entries    u32: the same of code lengths
;;    26256      19  order             u8: in which order the lengths of code lengths' codes are
;;    26288     256  repeat_mask       16 lanes for each distance 0 to 15: lane number mod distance
;;    26544      16  repeat_step       for each distance its largest multiple that is 16 at most
;;    26560     320  fixed_lengths     u8: the code lengths of fixed codes: symbols, then distances
;;    26880      32  counts            u16: how many codes have each length
;;    26912      32  places            u16: for each length where its next symbol goes in `sorted`
;;    26944     640  sorted            u16: the symbols that have codes, by length, then by number
;;    27584     512  length_table      u32: entries of code lengths
;;    28096    5344  symbol_table      u32: entries of literals, lengths and the end
;;    33440    1616  distance_table    u32: entries of distances
;;    35056     512  lengths           u8: the code lengths of a block, as they are read
;;    35568       4  pairs             u32: whether the table of symbols has entries of two literals
;;    35584     384  whole_stream      the state of a stream that is read in one call
;;    40960   65536  encoder           the encoder's
(memory (export "memory") 2)
(global (export "heap_base") i32 (i32.const 106496))

(global $CRC32_TABLES     i32 (i32.const 0))
(global $SUMS             i32 (i32.const 16384))
(global $SYMBOL_ENTRIES   i32 (i32.const 24896))
(global $DISTANCE_ENTRIES i32 (i32.const 26048))
(global $LENGTH_ENTRIES   i32 (i32.const 26176))
(global $ORDER            i32 (i32.const 26256))
(global $REPEAT_MASK      i32 (i32.const 26288))
(global $REPEAT_STEP      i32 (i32.const 26544))
(global $FIXED_LENGTHS    i32 (i32.const 26560))
(global $COUNTS           i32 (i32.const 26880))
(global $PLACES           i32 (i32.const 26912))
(global $SORTED           i32 (i32.const 26944))
(global $LENGTH_TABLE     i32 (i32.const 27584))
(global $SYMBOL_TABLE     i32 (i32.const 28096))
(global $DISTANCE_TABLE   i32 (i32.const 33440))
(global $LENGTHS          i32 (i32.const 35056))
(global $PAIRS            i32 (i32.const 35568))
(global $WHOLE_STREAM     i32 (i32.const 35584))
