import type { Result, ResultMessage } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { displayWidth, padded } from '../text/width.ts'
import { expectationLines, furtherFailures } from './expectation-lines.ts'
import { place } from '../result/headline.ts'
import { verdictLines } from './headline-lines.ts'
import { formatMs } from '../text/milliseconds.ts'
import { createPage, type Page, stacked } from './page.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { printableDocument } from '../text/safe.ts'
import { usableWidth, type View } from '../text/view.ts'
import { warningLines } from './warning-lines.ts'

/** Fates that need no label, because the reply is shown. */
const EXPECTED = new Set(['intact', 'answered'])

/**
 * A run of messages: each reply with its source address and round-trip time, then the number of replies if there were several messages or
 * something failed. A reply is never shortened.
 */
export function renderMessages(result: Result, view: View): string {
  const page = createPage(result, view)
  const messages = page.result.messages ?? []
  if (view.quiet === true) return stacked([[...summary(page), ...furtherFailures(page)]])
  const column = replyColumn(messages, page.width)
  const replies = messages.flatMap(message => messageLines(message, page.palette, column, page.width))
  const showsSummary = messages.length !== 1 || result.verdict === 'fail' || result.interrupted || page.verbose
  return stacked([replies, showsSummary ? summary(page) : [], expectationLines(page), warningLines(page)])
}

/** One reply in the interactive prompt or the line mode, without a newline at the end. */
export function renderMessage(message: ResultMessage, view: View): string {
  const safe = printableDocument(message)
  const width = usableWidth(view.width)
  return messageLines(safe, createPalette(view.color), replyColumn([safe], width), width).join('\n')
}

/** Columns for replies: as many as the longest reply needs that leaves room for the rest of its line. */
function replyColumn(messages: readonly ResultMessage[], width: number): number {
  const room = width - 2 - Math.max(0, ...messages.map(message => displayWidth(origin(message))))
  return Math.max(0, ...messages.map(message => displayWidth(replyText(message))).filter(columns => columns <= room))
}

function messageLines(message: ResultMessage, palette: Palette, column: number, width: number): string[] {
  const text = replyText(message)
  const paint = message.reply === undefined ? palette.red : message.reply === '' ? palette.dim : palette.bold
  const about = palette.dim(origin(message))
  if (displayWidth(text) + 2 + displayWidth(origin(message)) > width) return [paint(text), `  ${about}`]
  return [`${paint(text)}${padded('', column - displayWidth(text))}  ${about}`]
}

function replyText({ reply, sent }: ResultMessage): string {
  if (reply !== undefined) return reply === '' ? '(empty)' : reply
  return sent === '' ? 'no reply to an empty datagram' : `no reply to ${sent}`
}

function origin({ from, rttMs, fate }: ResultMessage): string {
  const parts = [from ?? '', rttMs === undefined ? '' : formatMs(rttMs), EXPECTED.has(fate) ? '' : fate]
  return parts.filter(text => text !== '').join('  ')
}

function summary(page: Page): string[] {
  const messages = page.result.messages ?? []
  const replies = messages.filter(({ reply }) => reply !== undefined).length
  const whole = messages.filter(({ fate }) => EXPECTED.has(fate)).length
  const to = place(page.result)
  const summaryText =
    messages.length === 0
      ? `no message was sent to ${to}`
      : `${formatCount(replies)} of ${counted(messages.length, 'message')} to ${to} answered`
  return verdictLines(
    page,
    whole < replies ? `${summaryText}, ${formatCount(replies - whole)} damaged or late` : summaryText,
  )
}
