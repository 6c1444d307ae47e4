/** What distinguishes a target from the others of a monitor. */
export interface TargetIdentity {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  /** The one size of this target, if its module has several, each with a target of its own. */
  readonly size?: number
}

/** Identifies a target while targets come and go. */
export function targetKey({ target, module, size }: TargetIdentity): string {
  return JSON.stringify(size === undefined ? [target, module] : [target, module, size])
}
