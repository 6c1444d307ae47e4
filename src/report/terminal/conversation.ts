import { formatAddress, type StreamAddress } from '../../base/address.ts'
import type { ResultMessage } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { createPalette } from '../text/palette.ts'
import { printable } from '../text/safe.ts'
import type { View } from '../text/view.ts'

/** Messages over one connection. */
export interface ConversationReport {
  readonly target: StreamAddress
  readonly messages: readonly ResultMessage[]
  readonly rest?: string
  readonly interrupted: boolean
  readonly verdict: 'pass' | 'fail'
}

/** The end of a conversation: bytes after the last reply, and the number of replies if some are missing. */
export function renderConversationEnd(
  { target, messages, rest, interrupted, verdict }: ConversationReport,
  view: View,
): string {
  const palette = createPalette(view.color)
  const replies = messages.filter(({ reply }) => reply !== undefined).length
  const lines: string[] = []
  if (rest !== undefined) lines.push(`${palette.yellow('more came')} after the last reply: ${printable(rest)}`)
  if (replies < messages.length || messages.length === 0 || interrupted) {
    const mark =
      verdict === 'pass'
        ? palette.yellow(interrupted ? '! interrupted' : '! pass')
        : palette.red('✗ fail') + (interrupted ? ' · interrupted' : '')
    const answered = `${formatCount(replies)} of ${counted(messages.length, 'message')} to ${formatAddress(target)} answered`
    lines.push(`${mark} · ${messages.length === 0 ? `no message was sent to ${formatAddress(target)}` : answered}`)
  }
  return lines.map(line => `${line}\n`).join('')
}
