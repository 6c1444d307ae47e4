/** The hash FNV-1a of 32 bits (draft-eastlake-fnv section 2). */
export function fnv1a32(bytes: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
