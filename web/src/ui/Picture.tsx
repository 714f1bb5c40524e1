import { IconPhoto } from "@tabler/icons-react";
import classes from "./Picture.module.css";

type Sizes = readonly { width: number; height: number; url: string }[];

/** A picture in a frame of fixed shape, so that nothing jumps when it arrives. `sizes` is the width it takes, as in HTML. */
export function Picture({
  picture,
  sizes,
  ratio = 4 / 3,
  eager = false,
}: {
  picture?: { alt: string; sizes: Sizes } | null | undefined;
  sizes: string;
  ratio?: number;
  eager?: boolean;
}) {
  const largest = picture?.sizes.at(-1);
  return (
    <div className={classes.frame} style={{ aspectRatio: ratio }}>
      {picture && largest ? (
        <img
          alt={picture.alt}
          src={largest.url}
          srcSet={picture.sizes.map((size) => `${size.url} ${size.width}w`).join(", ")}
          sizes={sizes}
          loading={eager ? "eager" : "lazy"}
          fetchPriority={eager ? "high" : "auto"}
          decoding="async"
          width={largest.width}
          height={largest.height}
        />
      ) : (
        <IconPhoto size={32} aria-hidden />
      )}
    </div>
  );
}
