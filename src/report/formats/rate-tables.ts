import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { ResultRate } from '../../verdict/result.ts'
import { formatPps } from '../../verdict/rate-words.ts'
import { delayMeasure, payloadRate, trialsByRate } from '../result/trial-figures.ts'
import { formatMs } from '../text/milliseconds.ts'

/** Trials by offered rate as a table of GitHub's Markdown. Every cell is a figure or a word of ours, which need no escape. */
export function trialsMarkdown(rate: ResultRate): string {
  const trials = trialsByRate(rate)
  const { isQueue, read } = delayMeasure(trials)
  const head = ['', 'size', 'offered', '', 'delivered', 'loss', isQueue ? 'queue' : 'rtt above the smallest']
  const rows = trials.map(trial => {
    const { held, size, pps, deliveredPps, loss } = trial
    const delay = read(trial)
    const time = delay === undefined ? '' : formatMs(delay)
    const rates = [formatPps(pps), payloadRate(pps, size), formatPps(deliveredPps)]
    return [held ? '✅' : '❌', formatSize(size), ...rates, formatRatio(loss), time]
  })
  return `\n${line(head)}${line(head.map((_, index) => (index === 0 ? '---' : '---:')))}${rows.map(line).join('')}`
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
