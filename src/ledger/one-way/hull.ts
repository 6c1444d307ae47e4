import type { Nanos } from '../../base/nanos.ts'

/** A bound on the clock offset (server's clock − ours, ns) at a moment of our clock. */
export interface Bound {
  readonly at: Nanos
  readonly offset: Nanos
}

/** Vertices in order of time. */
export type Hull = readonly Bound[]

/** 1: the hull of upper bounds, convex, below all of them. −1: of lower bounds, concave, above all of them. */
export type Side = 1 | -1

/** The tight side of the convex hull of bounds, in order of time (Andrew's monotone chain). It sorts `bounds` by time. */
export function tightHull(bounds: Bound[], side: Side): Hull {
  bounds.sort((a, b) => a.at - b.at)
  const hull: Bound[] = []
  for (const bound of bounds) {
    while (hull.length > 0 && isCovered(hull, bound, side)) hull.pop()
    const last = hull.at(-1)
    // Of two bounds at one moment only the tighter one is a vertex.
    if (last === undefined || last.at < bound.at) hull.push(bound)
  }
  return hull
}

/** Whether the last vertex is not needed once `next` is one. */
function isCovered(hull: readonly Bound[], next: Bound, side: Side): boolean {
  const last = hull.at(-1)
  const before = hull.at(-2)
  if (last === undefined) return false
  if (last.at === next.at) return side * (next.offset - last.offset) < 0
  return before !== undefined && side * (slopeBetween(last, next) - slopeBetween(before, last)) <= 0
}

/** ns a ns; the bounds are of different moments. */
function slopeBetween(a: Bound, b: Bound): number {
  return (b.offset - a.offset) / (b.at - a.at)
}

/** The number of the vertex that a line of this slope touches when it comes from the free side. */
export function touchedVertex(hull: Hull, slope: number, side: Side): number {
  let low = 0
  let high = hull.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (side * (edgeSlope(hull, middle) - slope) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The slope of the edge behind a vertex that is not the last. */
export function edgeSlope(hull: Hull, vertex: number): number {
  const [from, to] = [hull[vertex], hull[vertex + 1]]
  return from === undefined || to === undefined ? NaN : slopeBetween(from, to)
}

/** The hull at a moment between its first and its last vertex. */
export function hullAt(hull: Hull, at: Nanos): Nanos {
  let low = 0
  let high = hull.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((hull[middle]?.at ?? Infinity) <= at) low = middle
    else high = middle
  }
  const from = hull[low]
  if (from === undefined) return NaN
  return low === high ? from.offset : from.offset + edgeSlope(hull, low) * (at - from.at)
}
