/** A reply to a free text or bytes: whatever the target sends to the port. */
export interface MessageAnswer {
  readonly service: 'message'
}
