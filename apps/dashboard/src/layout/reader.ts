import { createContext, useContext } from 'hono/jsx';

/** How the person reads: every component below the frame may ask. */
export interface Reader {
  /** IANA name of a time zone. */
  readonly zone: string;
}

export const ReaderContext = createContext<Reader>({ zone: 'UTC' });

export function useReader(): Reader {
  return useContext(ReaderContext);
}
