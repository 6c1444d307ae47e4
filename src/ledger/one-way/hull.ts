import type { Nanos } from '../../base/nanos.ts'

/** A bound on the clock offset (server's clock − ours, ns) at a time of our clock. */
export interface Bound {
  readonly at: Nanos
  readonly offset: Nanos
}

/** Vertices in time order. */
export type Hull = readonly Bound[]

/** 1: the hull of upper bounds, convex, below all of them. −1: of lower bounds, concave, above all of them. */
export type Side = 1 | -1

/** The tight side of the convex hull of bounds, in time order (Andrew's monotone chain). It sorts `bounds` by time. */
export function tightHull(bounds: Bound[], side: Side): Hull {
  bounds.sort((a, b) => a.at - b.at)
  const hull: Bound[] = []
  for (const bound of bounds) {
    while (hull.length > 0 && isCovered(hull, bound, side)) hull.pop()
    const last = hull.at(-1)
    // Of two bounds at the same time only the tighter one is a vertex.
    if (last === undefined || last.at < bound.at) hull.push(bound)
  }
  return hull
}

/** Whether the last vertex becomes redundant with `next`. */
function isCovered(hull: readonly Bound[], next: Bound, side: Side): boolean {
  const last = hull.at(-1)
  const before = hull.at(-2)
  if (last === undefined) return false
  if (last.at === next.at) return side * (next.offset - last.offset) < 0
  return before !== undefined && side * (slopeBetween(last, next) - slopeBetween(before, last)) <= 0
}

/** In ns per ns; the bounds have different times. */
function slopeBetween(a: Bound, b: Bound): number {
  return (b.offset - a.offset) / (b.at - a.at)
}

/** The index of the vertex that a line of this slope touches when it approaches from the feasible side. */
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

/** The slope of the edge after a vertex that is not the last. */
export function edgeSlope(hull: Hull, vertex: number): number {
  const [from, to] = [hull[vertex], hull[vertex + 1]]
  return from === undefined || to === undefined ? NaN : slopeBetween(from, to)
}

/** The hull at a time between its first and its last vertex. */
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
