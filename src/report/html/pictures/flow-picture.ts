import type { Result } from '../../../verdict/result.ts'
import { formatCount } from '../../../base/counted.ts'
import { explainFate } from '../../result/evidence.ts'
import { formatShare } from '../../text/share.ts'
import { groupClass } from './group-class.ts'
import { type FlowLink, type FlowNode, layFlow } from './flow-layout.ts'
import { drawn, type Frame, picture, tenth } from './frame.ts'
import { element, type Markup } from '../markup.ts'

/** Width of a node, px. */
const BAR = 9
/** Height above for the labels of `scheduled`, `sent` and the groups. */
const ABOVE = 34

/** The ledger as a flow: scheduled → sent → groups → fates, each as high as its count. Undefined if nothing was scheduled. */
export function flowPicture(result: Result): Markup | undefined {
  if (result.ledger.scheduled === 0) return undefined
  return drawn(frame => drawFlow(result, frame))
}

function drawFlow(result: Result, frame: Frame): Markup {
  const { fates, scheduled } = result.ledger
  const wide = frame.name === 'wide'
  const spacing = wide ? { flow: 170, least: 1.5, gap: 24, label: 40 } : { flow: 130, least: 1.5, gap: 12, label: 38 }
  const { nodes, links, height } = layFlow(fates, spacing)
  const columns = wide ? [0, 225, 450, 660] : [0, 56, 112, 168]
  const x = (node: FlowNode): number => columns[node.column] ?? 0
  const listed = nodes.filter(({ column }) => column === 3).map(({ name, count }) => `${name} ${formatCount(count)}`)
  return picture(
    frame,
    height + ABOVE,
    `Flow of ${formatCount(scheduled)} scheduled probes to their fates: ${listed.join(', ')}`,
    element(
      'g',
      { class: 'ribbons' },
      links.map(link => ribbon(link, x)),
    ),
    nodes.map(node => bar(node, x(node))),
    nodes.map(node => (node.column === 3 ? fateLabel(result, node, x(node), wide) : label(node, x(node), wide))),
  )
}

function ribbon({ from, to, group, fromTop, toTop, height }: FlowLink, x: (node: FlowNode) => number): Markup {
  const [start, end] = [x(from) + BAR, x(to)]
  const bend = tenth((end - start) / 2)
  const [a, b, h] = [tenth(fromTop + ABOVE), tenth(toTop + ABOVE), hundredth(height)]
  const d =
    `M${start} ${a}c${bend} 0 ${bend} ${tenth(b - a)} ${tenth(end - start)} ${tenth(b - a)}` +
    `v${h}c${-bend} 0 ${-bend} ${tenth(a - b)} ${tenth(start - end)} ${tenth(a - b)}z`
  return element('path', { class: groupClass(group), d })
}

function bar(node: FlowNode, x: number): Markup {
  return element('rect', {
    class: node.group === undefined ? 'node' : groupClass(node.group),
    x,
    y: tenth(node.top + ABOVE),
    width: BAR,
    height: hundredth(node.height),
  })
}

/** The label of a node, above it, where no ribbons are. In the narrow picture only the first column has room there. */
function label(node: FlowNode, x: number, wide: boolean): Markup | undefined {
  if (!wide && node.column > 0) return undefined
  // In the narrow picture the columns are close, so the label goes above everything.
  const y = wide ? tenth(node.top + ABOVE - 7) : 14
  return element(
    'text',
    { x, y },
    element('tspan', { class: 'strong' }, formatCount(node.count)),
    element('tspan', { dx: 5 }, node.name),
  )
}

function fateLabel(result: Result, node: FlowNode, left: number, wide: boolean): Markup {
  const x = left + BAR + 10
  const middle = tenth(node.top + node.height / 2 + ABOVE)
  const meaning = node.fate === undefined ? '' : explainFate(node.fate, result)
  const most = wide ? 48 : 30
  return element(
    'text',
    { x, y: middle - 2 },
    element('tspan', { class: 'strong' }, formatCount(node.count)),
    element('tspan', { dx: 5 }, node.name),
    element('tspan', { dx: 5, class: 'dim' }, formatShare(node.count, result.ledger.scheduled)),
    element('tspan', { x, dy: 14, class: 'dim small' }, shortened(meaning, most)),
  )
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}
