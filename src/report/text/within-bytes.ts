const ENCODER = new TextEncoder()

/** The first pieces that fit into a number of bytes of UTF-8. If some do not fit, the note follows, provided that it fits. */
export function* withinBytes(pieces: Iterable<string>, most: number, note: string): Iterable<string> {
  const noteSize = sizeOf(note)
  // Hold pieces back until it is known that everything fits, or that the note fits after them.
  let held: string[] = []
  let used = 0
  let left = false
  for (const piece of pieces) {
    used += sizeOf(piece)
    if (used > most) {
      left = true
      break
    }
    held.push(piece)
    if (used + noteSize <= most) {
      yield* held
      held = []
    }
  }
  if (!left) yield* held
  else if (noteSize <= most) yield note
}

function sizeOf(text: string): number {
  return ENCODER.encode(text).length
}
