/** How the state of a slot is drawn: the groups of fates, and the states that are no fates. */
export type StateGroup =
  'whole' | 'damaged' | 'late' | 'lost' | 'not-sent' | 'lost-yet' | 'waiting' | 'missed' | 'paused'

/** Width and height of a cell of a strip, without the gap. */
export const CELL_WIDTH = 5
export const CELL_HEIGHT = 20

/** The outline of a cell that begins at x, as a path with the even-odd rule. Shapes differ, so that a strip can be read without colors. */
export const STATE_SHAPES: Readonly<Record<StateGroup, (x: number) => string>> = {
  whole: x => box(x, 5, 5, 15),
  late: x => box(x, 12, 5, 8),
  damaged: x => `${box(x, 5, 5, 6)}${box(x, 14, 5, 6)}`,
  lost: x => box(x, 0, 5, 20),
  // Its inner box is a hole.
  'lost-yet': x => `${box(x, 0, 5, 20)}${box(x + 1.2, 1.2, 2.6, 17.6)}`,
  'not-sent': x => box(x, 15, 5, 5),
  waiting: x => box(x + 1, 16, 3, 3),
  missed: x => box(x, 9, 5, 2),
  paused: x => `${box(x, 7, 1.5, 6)}${box(x + 3, 7, 1.5, 6)}`,
}

function box(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`
}
