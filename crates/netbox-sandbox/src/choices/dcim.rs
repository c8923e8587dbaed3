//! The choices of `dcim`.

use crate::table::Choices;

pub(crate) const SITE_STATUS: Choices = &[
    ("planned", "Planned"),
    ("staging", "Staging"),
    ("active", "Active"),
    ("decommissioning", "Decommissioning"),
    ("retired", "Retired"),
];

pub(crate) const RACK_TYPE_FORM_FACTOR: Choices = &[
    ("2-post-frame", "2-post frame"),
    ("4-post-frame", "4-post frame"),
    ("4-post-cabinet", "4-post cabinet"),
    ("wall-frame", "Wall-mounted frame"),
    ("wall-frame-vertical", "Wall-mounted frame (vertical)"),
    ("wall-cabinet", "Wall-mounted cabinet"),
    ("wall-cabinet-vertical", "Wall-mounted cabinet (vertical)"),
];

pub(crate) const RACK_TYPE_WIDTH: Choices =
    &[("10", "10 inches"), ("19", "19 inches"), ("21", "21 inches"), ("23", "23 inches")];

pub(crate) const RACK_TYPE_OUTER_UNIT: Choices = &[("mm", "Millimeters"), ("in", "Inches")];

pub(crate) const RACK_TYPE_WEIGHT_UNIT: Choices =
    &[("kg", "Kilograms"), ("g", "Grams"), ("lb", "Pounds"), ("oz", "Ounces")];

pub(crate) const RACK_TYPE_COOLING_CAPABILITY: Choices =
    &[("air-only", "Air only"), ("hybrid", "Hybrid"), ("liquid-only", "Liquid only")];

pub(crate) const RACK_STATUS: Choices = &[
    ("reserved", "Reserved"),
    ("available", "Available"),
    ("planned", "Planned"),
    ("active", "Active"),
    ("deprecated", "Deprecated"),
];

pub(crate) const RACK_AIRFLOW: Choices =
    &[("front-to-rear", "Front to rear"), ("rear-to-front", "Rear to front")];

pub(crate) const RACK_RESERVATION_STATUS: Choices =
    &[("pending", "Pending"), ("active", "Active"), ("stale", "Stale")];

pub(crate) const DEVICE_TYPE_SUBDEVICE_ROLE: Choices = &[("parent", "Parent"), ("child", "Child")];

pub(crate) const DEVICE_TYPE_AIRFLOW: Choices = &[
    ("front-to-rear", "Front to rear"),
    ("rear-to-front", "Rear to front"),
    ("left-to-right", "Left to right"),
    ("right-to-left", "Right to left"),
    ("side-to-rear", "Side to rear"),
    ("rear-to-side", "Rear to side"),
    ("bottom-to-top", "Bottom to top"),
    ("top-to-bottom", "Top to bottom"),
    ("passive", "Passive"),
    ("mixed", "Mixed"),
];

pub(crate) const DEVICE_TYPE_COOLING_METHOD: Choices =
    &[("air", "Air"), ("liquid", "Liquid"), ("hybrid", "Hybrid"), ("immersion", "Immersion")];

pub(crate) const MODULE_TYPE_AIRFLOW: Choices = &[
    ("front-to-rear", "Front to rear"),
    ("rear-to-front", "Rear to front"),
    ("left-to-right", "Left to right"),
    ("right-to-left", "Right to left"),
    ("side-to-rear", "Side to rear"),
    ("passive", "Passive"),
];

pub(crate) const CONSOLE_PORT_TEMPLATE_TYPE: Choices = &[
    ("de-9", "DE-9"),
    ("db-25", "DB-25"),
    ("rj-11", "RJ-11"),
    ("rj-12", "RJ-12"),
    ("rj-45", "RJ-45"),
    ("mini-din-8", "Mini-DIN 8"),
    ("usb-a", "USB Type A"),
    ("usb-b", "USB Type B"),
    ("usb-c", "USB Type C"),
    ("usb-mini-a", "USB Mini A"),
    ("usb-mini-b", "USB Mini B"),
    ("usb-micro-a", "USB Micro A"),
    ("usb-micro-b", "USB Micro B"),
    ("usb-micro-ab", "USB Micro AB"),
    ("other", "Other"),
];

pub(crate) const POWER_OUTLET_TEMPLATE_FEED_LEG: Choices = &[("A", "A"), ("B", "B"), ("C", "C")];

pub(crate) const COOLING_INTAKE_TEMPLATE_TYPE: Choices = &[
    ("uqd", "UQD (Universal Quick Disconnect)"),
    ("uqdb", "UQDB (Universal Quick Disconnect, Blind-mate)"),
    ("qdc", "QDC (Quick Disconnect Coupling)"),
    ("camlock", "Camlock (cam-and-groove)"),
    ("npt", "NPT (threaded)"),
    ("bsp", "BSP (threaded)"),
    ("proprietary", "Proprietary"),
];

pub(crate) const COOLING_INTAKE_TEMPLATE_DIAMETER_UNIT: Choices =
    &[("mm", "Millimeters"), ("cm", "Centimeters"), ("in", "Inches")];

pub(crate) const COOLING_INTAKE_TEMPLATE_MAX_FLOW_UNIT: Choices = &[
    ("lpm", "Liters per minute (L/min)"),
    ("m3ph", "Cubic meters per hour (m³/h)"),
    ("gpm", "Gallons per minute (GPM)"),
];

pub(crate) const INTERFACE_TEMPLATE_POE_MODE: Choices = &[("pd", "PD"), ("pse", "PSE")];

pub(crate) const INTERFACE_TEMPLATE_POE_TYPE: Choices = &[
    ("type1-ieee802.3af", "802.3af (Type 1)"),
    ("type2-ieee802.3at", "802.3at (Type 2)"),
    ("type3-ieee802.3bt", "802.3bt (Type 3)"),
    ("type4-ieee802.3bt", "802.3bt (Type 4)"),
    ("passive-24v-2pair", "Passive 24V (2-pair)"),
    ("passive-24v-4pair", "Passive 24V (4-pair)"),
    ("passive-48v-2pair", "Passive 48V (2-pair)"),
    ("passive-48v-4pair", "Passive 48V (4-pair)"),
];

pub(crate) const INTERFACE_TEMPLATE_RF_ROLE: Choices =
    &[("ap", "Access point"), ("station", "Station")];

pub(crate) const DEVICE_FACE: Choices = &[("front", "Front"), ("rear", "Rear")];

pub(crate) const DEVICE_STATUS: Choices = &[
    ("offline", "Offline"),
    ("active", "Active"),
    ("planned", "Planned"),
    ("staged", "Staged"),
    ("failed", "Failed"),
    ("inventory", "Inventory"),
    ("decommissioning", "Decommissioning"),
];

pub(crate) const VIRTUAL_DEVICE_CONTEXT_STATUS: Choices =
    &[("active", "Active"), ("planned", "Planned"), ("offline", "Offline")];

pub(crate) const MODULE_STATUS: Choices = &[
    ("offline", "Offline"),
    ("active", "Active"),
    ("planned", "Planned"),
    ("staged", "Staged"),
    ("failed", "Failed"),
    ("decommissioning", "Decommissioning"),
];

pub(crate) const INTERFACE_DUPLEX: Choices =
    &[("half", "Half"), ("full", "Full"), ("auto", "Auto")];

pub(crate) const INTERFACE_MODE: Choices = &[
    ("access", "Access"),
    ("tagged", "Tagged"),
    ("tagged-all", "Tagged (All)"),
    ("q-in-q", "Q-in-Q (802.1ad)"),
];

pub(crate) const CONSOLE_PORT_SPEED: Choices = &[
    ("1200", "1200 bps"),
    ("2400", "2400 bps"),
    ("4800", "4800 bps"),
    ("9600", "9600 bps"),
    ("19200", "19.2 kbps"),
    ("38400", "38.4 kbps"),
    ("57600", "57.6 kbps"),
    ("115200", "115.2 kbps"),
];

pub(crate) const POWER_OUTLET_STATUS: Choices =
    &[("enabled", "Enabled"), ("disabled", "Disabled"), ("faulty", "Faulty")];

pub(crate) const CABLE_TYPE: Choices = &[
    ("cat3", "CAT3"),
    ("cat5", "CAT5"),
    ("cat5e", "CAT5e"),
    ("cat6", "CAT6"),
    ("cat6a", "CAT6a"),
    ("cat7", "CAT7"),
    ("cat7a", "CAT7a"),
    ("cat8", "CAT8"),
    ("mrj21-trunk", "MRJ21 Trunk"),
    ("dac-active", "Direct Attach Copper (Active)"),
    ("dac-passive", "Direct Attach Copper (Passive)"),
    ("coaxial", "Coaxial"),
    ("rg-6", "RG-6"),
    ("rg-8", "RG-8"),
    ("rg-11", "RG-11"),
    ("rg-59", "RG-59"),
    ("rg-62", "RG-62"),
    ("rg-213", "RG-213"),
    ("lmr-100", "LMR-100"),
    ("lmr-200", "LMR-200"),
    ("lmr-400", "LMR-400"),
    ("mmf", "Multimode Fiber"),
    ("mmf-om1", "Multimode Fiber (OM1)"),
    ("mmf-om2", "Multimode Fiber (OM2)"),
    ("mmf-om3", "Multimode Fiber (OM3)"),
    ("mmf-om4", "Multimode Fiber (OM4)"),
    ("mmf-om5", "Multimode Fiber (OM5)"),
    ("smf", "Single-mode Fiber"),
    ("smf-os1", "Single-mode Fiber (OS1)"),
    ("smf-os2", "Single-mode Fiber (OS2)"),
    ("aoc", "Active Optical Cabling (AOC)"),
    ("power", "Power"),
    ("usb", "USB"),
];

pub(crate) const CABLE_STATUS: Choices =
    &[("connected", "Connected"), ("planned", "Planned"), ("decommissioning", "Decommissioning")];

pub(crate) const CABLE_PROFILE: Choices = &[
    ("single-1c1p", "1C1P"),
    ("single-1c2p", "1C2P"),
    ("single-1c4p", "1C4P"),
    ("single-1c6p", "1C6P"),
    ("single-1c8p", "1C8P"),
    ("single-1c12p", "1C12P"),
    ("single-1c16p", "1C16P"),
    ("trunk-2c1p", "2C1P trunk"),
    ("trunk-2c2p", "2C2P trunk"),
    ("trunk-2c4p", "2C4P trunk"),
    ("trunk-2c4p-shuffle", "2C4P trunk (shuffle)"),
    ("trunk-2c6p", "2C6P trunk"),
    ("trunk-2c8p", "2C8P trunk"),
    ("trunk-2c12p", "2C12P trunk"),
    ("trunk-4c1p", "4C1P trunk"),
    ("trunk-4c2p", "4C2P trunk"),
    ("trunk-4c4p", "4C4P trunk"),
    ("trunk-4c4p-shuffle", "4C4P trunk (shuffle)"),
    ("trunk-4c6p", "4C6P trunk"),
    ("trunk-4c8p", "4C8P trunk"),
    ("trunk-8c4p", "8C4P trunk"),
    ("breakout-1c2p-2c1p", "1C2P:2C1P breakout"),
    ("breakout-1c4p-4c1p", "1C4P:4C1P breakout"),
    ("breakout-1c6p-6c1p", "1C6P:6C1P breakout"),
    ("breakout-1c8p-8c1p", "1C8P:8C1P breakout"),
    ("breakout-2c4p-8c1p-shuffle", "2C4P:8C1P breakout (shuffle)"),
];

pub(crate) const CABLE_LENGTH_UNIT: Choices = &[
    ("km", "Kilometers"),
    ("m", "Meters"),
    ("cm", "Centimeters"),
    ("mi", "Miles"),
    ("ft", "Feet"),
    ("in", "Inches"),
];

pub(crate) const POWER_FEED_STATUS: Choices =
    &[("offline", "Offline"), ("active", "Active"), ("planned", "Planned"), ("failed", "Failed")];

pub(crate) const POWER_FEED_TYPE: Choices = &[("primary", "Primary"), ("redundant", "Redundant")];

pub(crate) const POWER_FEED_SUPPLY: Choices = &[("ac", "AC"), ("dc", "DC")];

pub(crate) const POWER_FEED_PHASE: Choices =
    &[("single-phase", "Single phase"), ("three-phase", "Three-phase")];

pub(crate) const COOLING_SOURCE_TYPE: Choices = &[
    ("chiller", "Chiller"),
    ("cooling-tower", "Cooling tower"),
    ("dry-cooler", "Dry cooler"),
    ("crac", "CRAC"),
    ("crah", "CRAH"),
];

pub(crate) const COOLING_SOURCE_FLUID_TYPE: Choices = &[
    ("water", "Water"),
    ("water-glycol", "Water/glycol"),
    ("dielectric", "Dielectric"),
    ("refrigerant", "Refrigerant"),
];
