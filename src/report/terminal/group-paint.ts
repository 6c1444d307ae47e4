import type { FateGroup } from '../result/fates.ts'
import type { Paint, Palette } from '../text/palette.ts'

/** The colour of a group. */
export function groupPaint(palette: Palette, group: FateGroup): Paint {
  return palette[COLOURS[group]]
}

const COLOURS: Readonly<Record<FateGroup, keyof Palette>> = {
  whole: 'green',
  damaged: 'magenta',
  late: 'yellow',
  lost: 'red',
  'not sent': 'blue',
}
