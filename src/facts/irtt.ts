/** Observations of a run of irtt probes that the table of probes does not have. */
export interface IrttFacts {
  /** Whether the server answered the request to open the session. */
  opened: boolean
  /** The server ended the session. */
  closedByServer: boolean
}
