import { createContext, useContext } from 'hono/jsx';

/** The reader's preferences, available to every component within the frame. */
export interface Reader {
  /** IANA name of a time zone. */
  readonly zone: string;
}

export const ReaderContext = createContext<Reader>({ zone: 'UTC' });

export function useReader(): Reader {
  return useContext(ReaderContext);
}
