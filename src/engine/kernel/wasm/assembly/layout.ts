/**
 * The layout of the first 128 KiB of the arena, in bytes from its beginning. The loader reserves them. The compiled module has no data
 * segments: `prepare` computes the tables, and other functions write the columns.
 */

/** Eight consecutive tables of 256 words for CRC-32 (crc.ts). */
export const CRC_TABLES: usize = 1024
/** Eleven tables of 256 words: the contribution of each pair of digits of a header to its check (header.ts). */
export const HEADER_TABLES: usize = CRC_TABLES + 8 * 1024
/** Four tables of 256 words: the contribution of each pair of digits of `received` to the check of the slot (slot.ts). */
export const RECEIVED_TABLES: usize = HEADER_TABLES + 11 * 1024
/** The 59 bytes of the last described slot, without `received`. */
export const TEMPLATE: usize = RECEIVED_TABLES + 4 * 1024
/** The ten fields of the last slot that was read, as doubles, in wire order. */
export const FIELDS: usize = TEMPLATE + 64

/** Datagrams examined in one call: the rows of the columns. */
export const ROWS: i32 = 128
/** Bytes of one column. There are five columns of words, followed by the column of doubles (rows.ts). */
export const COLUMN: usize = 4 * 128
export const COLUMNS: usize = FIELDS + 128
export const SENT_COLUMN: usize = COLUMNS + 5 * COLUMN

/** Scratch space for a probe that is sent shortened (short-probe.ts). */
export const WHOLE_PROBE: usize = SENT_COLUMN + 2 * COLUMN

/** A payload's table, whose length the loader knows (payload.ts). */
export const PAYLOAD: usize = WHOLE_PROBE + 128
