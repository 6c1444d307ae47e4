// The script of the report, below uPlot. The page is complete without it.
import type { LiveRun } from '../live-run.ts'
import { offerTheme } from './theme.ts'
import { drawTimeline } from './timeline.ts'

/** Draw timelines this far below the viewport in advance. */
const AHEAD = '800px'

/** Draws each timeline when it comes into view, because a suite may have a hundred of them. */
function drawTimelines(): void {
  const data = document.getElementById('data')?.textContent
  if (data === undefined || data === null) return
  const runs = JSON.parse(data) as readonly (LiveRun | null)[]
  const watch = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue
        watch.unobserve(target)
        const run = runs[Number(target.dataset['run'])]
        if (run !== undefined && run !== null) drawTimeline(target, run)
      }
    },
    { rootMargin: AHEAD },
  )
  for (const figure of document.querySelectorAll('figure.timeline')) watch.observe(figure)
}

/** Opens all folded parts for printing. */
function unfoldForPrint(): void {
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
}

offerTheme()
drawTimelines()
unfoldForPrint()
