// Written by dev/console.
#include "CConsole.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_0[] = {
#embed "files/app/api.js"
};

static const unsigned char file_1[] = {
#embed "files/app/cache.js"
};

static const unsigned char file_2[] = {
#embed "files/app/chain.js"
};

static const unsigned char file_3[] = {
#embed "files/app/changes.js"
};

static const unsigned char file_4[] = {
#embed "files/app/charts.js"
};

static const unsigned char file_5[] = {
#embed "files/app/dialogs.js"
};

static const unsigned char file_6[] = {
#embed "files/app/diff.js"
};

static const unsigned char file_7[] = {
#embed "files/app/dom.js"
};

static const unsigned char file_8[] = {
#embed "files/app/fields.js"
};

static const unsigned char file_9[] = {
#embed "files/app/form.js"
};

static const unsigned char file_10[] = {
#embed "files/app/format.js"
};

static const unsigned char file_11[] = {
#embed "files/app/gateway.js"
};

static const unsigned char file_12[] = {
#embed "files/app/i18n.js"
};

static const unsigned char file_13[] = {
#embed "files/app/icons.js"
};

static const unsigned char file_14[] = {
#embed "files/app/keyboard.js"
};

static const unsigned char file_15[] = {
#embed "files/app/kit.js"
};

static const unsigned char file_16[] = {
#embed "files/app/limits.js"
};

static const unsigned char file_17[] = {
#embed "files/app/main.js"
};

static const unsigned char file_18[] = {
#embed "files/app/objects.js"
};

static const unsigned char file_19[] = {
#embed "files/app/pieces.js"
};

static const unsigned char file_20[] = {
#embed "files/app/places.js"
};

static const unsigned char file_21[] = {
#embed "files/app/problems.js"
};

static const unsigned char file_22[] = {
#embed "files/app/review.js"
};

static const unsigned char file_23[] = {
#embed "files/app/router.js"
};

static const unsigned char file_24[] = {
#embed "files/app/samples.js"
};

static const unsigned char file_25[] = {
#embed "files/app/search.js"
};

static const unsigned char file_26[] = {
#embed "files/app/shell.js"
};

static const unsigned char file_27[] = {
#embed "files/app/store.js"
};

static const unsigned char file_28[] = {
#embed "files/app/table.js"
};

static const unsigned char file_29[] = {
#embed "files/app/theme.js"
};

static const unsigned char file_30[] = {
#embed "files/app/toasts.js"
};

static const unsigned char file_31[] = {
#embed "files/app/views.js"
};

static const unsigned char file_32[] = {
#embed "files/app/yaml.js"
};

static const unsigned char file_33[] = {
#embed "files/console.css"
};

static const unsigned char file_34[] = {
#embed "files/css/layout.css"
};

static const unsigned char file_35[] = {
#embed "files/css/pages.css"
};

static const unsigned char file_36[] = {
#embed "files/css/parts.css"
};

static const unsigned char file_37[] = {
#embed "files/favicon.svg"
};

static const unsigned char file_38[] = {
#embed "files/index.html"
};

static const unsigned char file_39[] = {
#embed "files/pages/audit.js"
};

static const unsigned char file_40[] = {
#embed "files/pages/configuration.js"
};

static const unsigned char file_41[] = {
#embed "files/pages/consumers.js"
};

static const unsigned char file_42[] = {
#embed "files/pages/entrance.js"
};

static const unsigned char file_43[] = {
#embed "files/pages/exchanges.js"
};

static const unsigned char file_44[] = {
#embed "files/pages/explain.js"
};

static const unsigned char file_45[] = {
#embed "files/pages/keys.js"
};

static const unsigned char file_46[] = {
#embed "files/pages/limits.js"
};

static const unsigned char file_47[] = {
#embed "files/pages/models.js"
};

static const unsigned char file_48[] = {
#embed "files/pages/nodes.js"
};

static const unsigned char file_49[] = {
#embed "files/pages/overview.js"
};

static const unsigned char file_50[] = {
#embed "files/pages/playground-keys.js"
};

static const unsigned char file_51[] = {
#embed "files/pages/playground.js"
};

static const unsigned char file_52[] = {
#embed "files/pages/providers.js"
};

static const unsigned char file_53[] = {
#embed "files/pages/settings.js"
};

static const unsigned char file_54[] = {
#embed "files/pages/usage.js"
};

static const unsigned char file_55[] = {
#embed "files/pages/yaml-editor.js"
};

static const unsigned char file_56[] = {
#embed "files/texts/en.js"
};

static const unsigned char file_57[] = {
#embed "files/texts/zh.js"
};

static const struct sluice_console_file files[] = {
  {"app/api.js", file_0, sizeof file_0},
  {"app/cache.js", file_1, sizeof file_1},
  {"app/chain.js", file_2, sizeof file_2},
  {"app/changes.js", file_3, sizeof file_3},
  {"app/charts.js", file_4, sizeof file_4},
  {"app/dialogs.js", file_5, sizeof file_5},
  {"app/diff.js", file_6, sizeof file_6},
  {"app/dom.js", file_7, sizeof file_7},
  {"app/fields.js", file_8, sizeof file_8},
  {"app/form.js", file_9, sizeof file_9},
  {"app/format.js", file_10, sizeof file_10},
  {"app/gateway.js", file_11, sizeof file_11},
  {"app/i18n.js", file_12, sizeof file_12},
  {"app/icons.js", file_13, sizeof file_13},
  {"app/keyboard.js", file_14, sizeof file_14},
  {"app/kit.js", file_15, sizeof file_15},
  {"app/limits.js", file_16, sizeof file_16},
  {"app/main.js", file_17, sizeof file_17},
  {"app/objects.js", file_18, sizeof file_18},
  {"app/pieces.js", file_19, sizeof file_19},
  {"app/places.js", file_20, sizeof file_20},
  {"app/problems.js", file_21, sizeof file_21},
  {"app/review.js", file_22, sizeof file_22},
  {"app/router.js", file_23, sizeof file_23},
  {"app/samples.js", file_24, sizeof file_24},
  {"app/search.js", file_25, sizeof file_25},
  {"app/shell.js", file_26, sizeof file_26},
  {"app/store.js", file_27, sizeof file_27},
  {"app/table.js", file_28, sizeof file_28},
  {"app/theme.js", file_29, sizeof file_29},
  {"app/toasts.js", file_30, sizeof file_30},
  {"app/views.js", file_31, sizeof file_31},
  {"app/yaml.js", file_32, sizeof file_32},
  {"console.css", file_33, sizeof file_33},
  {"css/layout.css", file_34, sizeof file_34},
  {"css/pages.css", file_35, sizeof file_35},
  {"css/parts.css", file_36, sizeof file_36},
  {"favicon.svg", file_37, sizeof file_37},
  {"index.html", file_38, sizeof file_38},
  {"pages/audit.js", file_39, sizeof file_39},
  {"pages/configuration.js", file_40, sizeof file_40},
  {"pages/consumers.js", file_41, sizeof file_41},
  {"pages/entrance.js", file_42, sizeof file_42},
  {"pages/exchanges.js", file_43, sizeof file_43},
  {"pages/explain.js", file_44, sizeof file_44},
  {"pages/keys.js", file_45, sizeof file_45},
  {"pages/limits.js", file_46, sizeof file_46},
  {"pages/models.js", file_47, sizeof file_47},
  {"pages/nodes.js", file_48, sizeof file_48},
  {"pages/overview.js", file_49, sizeof file_49},
  {"pages/playground-keys.js", file_50, sizeof file_50},
  {"pages/playground.js", file_51, sizeof file_51},
  {"pages/providers.js", file_52, sizeof file_52},
  {"pages/settings.js", file_53, sizeof file_53},
  {"pages/usage.js", file_54, sizeof file_54},
  {"pages/yaml-editor.js", file_55, sizeof file_55},
  {"texts/en.js", file_56, sizeof file_56},
  {"texts/zh.js", file_57, sizeof file_57},
};

const size_t sluice_console_file_count = sizeof files / sizeof files[0];

struct sluice_console_file sluice_console_file_at(size_t index) { return files[index]; }
