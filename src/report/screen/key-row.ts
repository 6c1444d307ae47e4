import { displayWidth } from '../text/width.ts'
import type { Frame } from './frame.ts'
import { writeLine } from './line.ts'
import type { ScreenPage } from './screen-page.ts'

interface KeyHint {
  readonly key: string
  readonly does: string
  /** The hints with the highest rank are left out first. */
  readonly rank: number
}

const GAP = 2

/** The last row: keys and what they do. */
export function writeKeys(frame: Frame, page: ScreenPage): void {
  const hints = keyHints(page)
  let kept = hints
  for (let rank = 9; rank > 0 && widthOf(kept) > page.width - 1; rank--) kept = kept.filter(hint => hint.rank < rank)
  let column = 1
  for (const { key, does } of kept) {
    column =
      GAP +
      writeLine(frame, page.height - 1, column, [
        { text: key, style: 'bold' },
        { text: ' ' },
        { text: does, style: 'dim' },
      ])
  }
}

function widthOf(hints: readonly KeyHint[]): number {
  return hints.reduce((sum, { key, does }) => sum + displayWidth(key) + 1 + displayWidth(does) + GAP, 0)
}

function keyHints({ state, view }: ScreenPage): KeyHint[] {
  const pause = { key: 'p', does: view.isPaused ? 'continue' : 'pause', rank: 3 }
  const end = { key: 'q', does: 'quit', rank: 0 }
  if (state.hasHelp)
    return [{ key: '↑↓', does: 'scroll', rank: 4 }, { key: 'Esc', does: 'close help', rank: 1 }, pause, end]
  const zoom = { key: '+ -', does: 'zoom', rank: 5 }
  const help = { key: '?', does: 'help', rank: 1 }
  if (state.page === 'detail')
    return [{ key: '↑↓', does: 'scroll', rank: 4 }, { key: 'Esc', does: 'back', rank: 2 }, zoom, pause, help, end]
  return [
    { key: '↑↓', does: 'select', rank: 7 },
    { key: 'Enter', does: 'details', rank: 2 },
    { key: 's', does: `sort: ${state.sort}`, rank: 4 },
    zoom,
    { key: 'f', does: state.hasFlows ? 'hide flows' : 'flows', rank: 6 },
    pause,
    help,
    end,
  ]
}
