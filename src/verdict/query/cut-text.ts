/** A text of at most `most` characters: a longer one is cut and ends with `…`. */
export function cutText(text: string, most: number): string {
  // A character has at most two code units. The rest of a long text need not be read.
  const characters = Array.from(text.slice(0, 2 * most + 1))
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text
}
