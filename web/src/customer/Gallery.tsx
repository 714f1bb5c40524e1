import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "~/ui/Picture";
import classes from "./Gallery.module.css";
import type { ProductQuery } from "./gql/graphql";

type Pictures = NonNullable<ProductQuery["product"]>["pictures"];

/** The pictures of a product: one large, the others to choose from. */
export function Gallery({ pictures }: { pictures: Pictures }) {
  const { t } = useTranslation("customer");
  const [chosen, setChosen] = useState(0);
  return (
    <div>
      <Picture picture={pictures[chosen]} sizes="(min-width: 62em) 50vw, 100vw" eager />
      {pictures.length > 1 && (
        <ul className={classes.strip} aria-label={t("product.pictures")}>
          {pictures.map((picture, i) => (
            <li key={picture.sizes[0]?.url ?? i}>
              <button
                type="button"
                className={classes.small}
                aria-pressed={i === chosen}
                aria-label={picture.alt || t("product.picture", { number: i + 1 })}
                onClick={() => setChosen(i)}
              >
                <Picture picture={{ ...picture, alt: "" }} sizes="96px" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
