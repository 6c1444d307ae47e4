/** Blocks one side of a lesson until the other side opens it. */
export class Gate {
  readonly opened: Promise<void>
  #open: (() => void) | undefined

  constructor() {
    this.opened = new Promise<void>(resolve => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open?.()
  }
}
