import { formatAddress } from '../../base/address.ts'
import { counted, formatCount } from '../../base/counted.ts'
import type { TcpSendReport } from '../../verdict/conversation.ts'
import { createPalette } from '../text/palette.ts'
import { printable } from '../text/safe.ts'
import type { View } from '../text/view.ts'

/** The end of a conversation: bytes after the last reply, and the number of replies if some are missing. */
export function renderConversationEnd(report: Omit<TcpSendReport, 'command'>, view: View): string {
  const { target, messages, rest, interrupted, verdict } = report
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
