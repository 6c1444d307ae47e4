import { FATES, type Fate, type FateGroup } from '../../result/fates.ts'

/** A stage that probes pass. Its height is proportional to their number. */
export interface FlowNode {
  readonly name: string
  /** Decides the colour. Undefined if the node has several groups. */
  readonly group?: FateGroup
  readonly fate?: Fate
  /** 0 scheduled, 1 sent or not, 2 groups, 3 fates. */
  readonly column: number
  readonly count: number
  readonly top: number
  readonly height: number
}

/** Probes on their way between two nodes. The height is the same at both ends. */
export interface FlowLink {
  readonly from: FlowNode
  readonly to: FlowNode
  readonly group: FateGroup
  readonly fromTop: number
  readonly toTop: number
  readonly height: number
}

export interface FlowLayout {
  readonly nodes: readonly FlowNode[]
  readonly links: readonly FlowLink[]
  readonly height: number
}

/** Spacing of the picture, in its own units. */
export interface FlowSpacing {
  /** Total height of all probes. */
  readonly flow: number
  /** Least height of a node, so that a single probe among a million is visible. */
  readonly least: number
  /** Distance between two nodes of a column, for the label above the lower one. */
  readonly gap: number
  /** Least height of a fate with its distance, for the two lines of its label. */
  readonly label: number
}

const GROUPS: readonly FateGroup[] = ['whole', 'damaged', 'late', 'lost', 'not sent']

/**
 * Lays out the flow. Heights are computed from the fates upwards: a group is as high as its fates together, `sent` as its groups,
 * `scheduled` as everything. So the heights at both ends of each link agree, also where a thin node was enlarged.
 */
export function layFlow(fates: Readonly<Partial<Record<Fate, number | undefined>>>, spacing: FlowSpacing): FlowLayout {
  const met = FATES.filter(({ fate }) => (fates[fate] ?? 0) > 0)
  const total = met.reduce((before, { fate }) => before + (fates[fate] ?? 0), 0)
  const thickness = (count: number): number => Math.max(spacing.least, (count / total) * spacing.flow)

  let down = 0
  const leaves = met.map(({ fate, group }): FlowNode => {
    const count = fates[fate] ?? 0
    const height = thickness(count)
    const top = down + Math.max(0, (spacing.label - height) / 2)
    down += Math.max(height + spacing.gap, spacing.label)
    return { name: fate, fate, group, column: 3, count, top, height }
  })
  const bottom = down

  const groups = GROUPS.flatMap((group): FlowNode[] => {
    const own = leaves.filter(leaf => leaf.group === group)
    return own.length === 0 ? [] : [joined(group, 2, own, group)]
  })
  const sent = groups.filter(({ group }) => group !== 'not sent')
  const kept = groups.filter(({ group }) => group === 'not sent')
  const second = [
    ...(sent.length > 0 ? [joined('sent', 1, sent)] : []),
    ...kept.map((node): FlowNode => ({ ...node, column: 1 })),
  ]
  const placed = [...spread(groups, spacing.gap, bottom), ...spread(second, spacing.gap, bottom), ...leaves]
  const all = spread(second.length > 0 ? [joined('scheduled', 0, second)] : [], 0, bottom)
  const nodes = [...all, ...placed]
  return { nodes, links: connect(nodes), height: bottom }
}

/** A node as high as its parts, centred on them. */
function joined(name: string, column: number, parts: readonly FlowNode[], group?: FateGroup): FlowNode {
  const height = sum(parts, part => part.height)
  const middle = ((parts[0]?.top ?? 0) + (parts.at(-1)?.top ?? 0) + (parts.at(-1)?.height ?? 0)) / 2
  const node = { name, column, count: sum(parts, part => part.count), top: middle - height / 2, height }
  return group === undefined ? node : { ...node, group }
}

/** Moves the nodes of a column down, then up again, until they keep their distance and stay inside the picture. */
function spread(nodes: readonly FlowNode[], gap: number, bottom: number): FlowNode[] {
  const tops: number[] = []
  let free = 0
  for (const node of nodes) {
    tops.push(Math.max(free, node.top))
    free = (tops.at(-1) ?? 0) + node.height + gap
  }
  let floor = bottom
  for (let index = nodes.length - 1; index >= 0; index--) {
    const height = nodes[index]?.height ?? 0
    tops[index] = Math.max(0, Math.min(tops[index] ?? 0, floor - height))
    floor = (tops[index] ?? 0) - gap
  }
  return nodes.map((node, index) => ({ ...node, top: tops[index] ?? node.top }))
}

function connect(nodes: readonly FlowNode[]): FlowLink[] {
  const used = new Map<FlowNode, { out: number; in: number }>()
  const usage = (node: FlowNode): { out: number; in: number } => {
    const known = used.get(node) ?? { out: 0, in: 0 }
    used.set(node, known)
    return known
  }
  const links: FlowLink[] = []
  /** One ribbon per fate through all columns, so that its colour can be followed. */
  const ribbon = (from: FlowNode | undefined, to: FlowNode | undefined, leaf: FlowNode): void => {
    if (from === undefined || to === undefined || leaf.group === undefined) return
    const [start, end] = [usage(from), usage(to)]
    links.push({
      from,
      to,
      group: leaf.group,
      fromTop: from.top + start.out,
      toTop: to.top + end.in,
      height: leaf.height,
    })
    start.out += leaf.height
    end.in += leaf.height
  }
  const [scheduled] = nodes
  for (const leaf of nodes.filter(({ column }) => column === 3)) {
    const group = nodes.find(node => node.column === 2 && node.group === leaf.group)
    const second = nodes.find(node => node.column === 1 && (node.group ?? 'sent') === secondOf(leaf))
    ribbon(scheduled, second, leaf)
    ribbon(second, group, leaf)
    ribbon(group, leaf, leaf)
  }
  return links
}

function secondOf({ group }: FlowNode): string {
  return group === 'not sent' ? group : 'sent'
}

function sum(nodes: readonly FlowNode[], value: (node: FlowNode) => number): number {
  return nodes.reduce((total, node) => total + value(node), 0)
}
